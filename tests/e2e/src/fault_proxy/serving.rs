//! What happens to each request on its way: the rules first, then the upstream.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
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
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let number = shared.note(&method, &path);
    let fault = lock(&shared.rules).meet(&method, &path);
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let request = Request::from_parts(parts, Full::new(body));
    match &fault {
        Some((Fault::Cut, _)) => return Err(Cut),
        Some((Fault::Swallow, _)) => return std::future::pending().await,
        _ => {}
    }
    let passing = tokio::spawn(pass(shared, number, request, fault.clone()));
    let answer = passing.await.map_err(|_| Cut)??;
    match fault {
        Some((Fault::LoseAnswer, _)) => Err(Cut),
        Some((Fault::WithholdAnswer, _)) => std::future::pending().await,
        _ => Ok(answer),
    }
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
