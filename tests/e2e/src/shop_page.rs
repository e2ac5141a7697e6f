//! A shop's own page, on an origin that is not the proxy's, with a till that comes from the proxy.

use std::net::SocketAddr;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// No request of a browser for a page is longer.
const REQUEST_BYTES_MAX: usize = 16 * 1024;

/// The page, served until this value ends.
#[derive(Debug)]
pub struct ShopPage {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl ShopPage {
    /// Waits for browsers on a port of its own.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A browser that went away needs no page.
                let _ = answer(stream).await;
            }
        });
        Ok(Self { address, accepting })
    }

    /// The page's origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The page's address, where the till comes from this proxy's origin.
    pub fn with_till_of(&self, proxy: &str) -> String {
        format!("{}/?{proxy}", self.origin())
    }

    /// The address of a page that shows this address in a frame.
    pub fn framing(&self, address: &str) -> String {
        format!("{}/frame?{address}", self.origin())
    }
}

impl Drop for ShopPage {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && request.len() < REQUEST_BYTES_MAX {
        request.push(stream.read_u8().await?);
    }
    let request = String::from_utf8_lossy(&request);
    let asked = request.split_once('?').and_then(|(_, rest)| rest.split_whitespace().next());
    let asked = asked.unwrap_or_default();
    let page = if request.starts_with("GET /frame?") { frame(asked) } else { page(asked) };
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await
}

/// The page has a content security policy as strict as `docs/api.md` says that it may be.
fn page(proxy: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' {proxy} 'wasm-unsafe-eval'; \
         connect-src {proxy}; worker-src blob:"
    );
    let page = format!(
        "<!doctype html><title>A shop</title><style>#till {{ block-size: 90vh }}</style><body>
        <script type=module>
        import init, {{ mount }} from '{proxy}/pkg/scantill.js';
        await init();
        let till;
        window.placeTill = () => {{
            const place = document.createElement('div');
            place.id = 'till';
            document.body.append(place);
            till = mount(place, {{ proxy: '{proxy}' }});
        }};
        window.removeTill = () => document.getElementById('till').remove();
        window.placeTill();
        window.checkout = (amount, reference) => {{
            till.checkout({{ amount, ...(reference && {{ reference }}) }}).then(({{ status }}) => {{ document.title = status }});
        }};
        </script>"
    );
    answered(&policy, &page)
}

fn frame(address: &str) -> String {
    answered(
        "default-src 'none'; frame-src *",
        &format!(
            "<!doctype html><title>A shop</title><iframe src='{address}' width=820 height=640></iframe>"
        ),
    )
}

fn answered(policy: &str, page: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-security-policy: {policy}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{page}",
        page.len()
    )
}
