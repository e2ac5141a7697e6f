//! What happens to each request on its way: the rules first, then the upstream.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Answer, Cut, Fault, Shared, lock, upstream};

/// Takes connections until it is dropped.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, shared.clone()));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = shared.clone();
        async move { answer(shared, request).await }
    });
    let mut server = http1::Builder::new();
    let connection =
        server.keep_alive(false).timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    // An error is a connection that was cut, by a rule or by the browser.
    let _ = connection.await;
}

/// What the rules make of a request. What is held or goes through does so even if the browser has gone meanwhile.
async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Cut> {
    let mut request = request;
    let Some(uri) = below(request.uri(), &lock(&shared.path)) else {
        return stand_in(404, "text/plain", "nothing is outside of the path");
    };
    *request.uri_mut() = uri;
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let number = shared.note(&method, &path);
    let fault = lock(&shared.rules).meet(&method, &path);
    let (mut parts, body) = request.into_parts();
    if let Some((Fault::Append(_), _)) = &fault {
        // The whole file, as it is.
        for name in ["accept-encoding", "if-none-match"] {
            parts.headers.remove(name);
        }
    }
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let request = Request::from_parts(parts, Full::new(body));
    match &fault {
        Some((Fault::Cut, _)) => return Err(Cut),
        Some((Fault::Swallow, _)) => return std::future::pending().await,
        Some((Fault::Answer { status, media_type, body }, _)) => {
            return stand_in(*status, media_type, body);
        }
        _ => {}
    }
    let passing = tokio::spawn(pass(shared, number, request, fault.clone()));
    let answer = passing.await.map_err(|_| Cut)??;
    match fault {
        Some((Fault::LoseAnswer, _)) => Err(Cut),
        Some((Fault::WithholdAnswer, _)) => std::future::pending().await,
        Some((Fault::Append(bytes), _)) => with_more(answer, bytes).await,
        _ => Ok(answer),
    }
}

/// The answer with these bytes behind its own. The browser keeps its name, so that it never asks whether it changed.
async fn with_more(answer: Answer, more: &'static [u8]) -> Result<Answer, Cut> {
    let (mut parts, body) = answer.into_parts();
    let body = [&body.collect().await?.to_bytes(), more].concat();
    parts.headers.remove("etag");
    parts.headers.insert("content-length", body.len().into());
    let body = Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync();
    Ok(Response::from_parts(parts, body))
}

/// What the upstream is asked for where it has this path at this server, as with nginx's
/// `location /pos/ { proxy_pass http://upstream/; }`.
fn below(uri: &Uri, path: &str) -> Option<Uri> {
    let asked = uri.path_and_query().map_or("/", |asked| asked.as_str());
    asked.strip_prefix(path).filter(|rest| rest.starts_with('/'))?.parse().ok()
}

/// An answer that no upstream gave.
fn stand_in(status: u16, media_type: &'static str, body: &'static str) -> Result<Answer, Cut> {
    let body = Full::new(Bytes::from_static(body.as_bytes())).map_err(|never| match never {}).boxed_unsync();
    Response::builder().status(status).header("content-type", media_type).body(body).map_err(|_| Cut)
}

async fn pass(
    shared: Arc<Shared>,
    number: usize,
    request: Request<Full<Bytes>>,
    fault: Option<(Fault, CancellationToken)>,
) -> Result<Answer, Cut> {
    match fault {
        Some((Fault::Hold, lifted)) => lifted.cancelled().await,
        Some((Fault::Delay(pause), _)) => tokio::time::sleep(pause).await,
        _ => {}
    }
    let upstream = (*lock(&shared.upstream)).ok_or(Cut)?;
    let answers = lock(&shared.answers).clone();
    let answer = upstream::ask(upstream, request, answers).await?;
    shared.answered(number, answer.status().as_u16());
    Ok(answer)
}
