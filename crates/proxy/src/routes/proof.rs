//! Proofs of possession on their way in, nonces on their way out (RFC 9449 sections 7 to 9).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use scantill_types::api::ProblemCode;

use crate::app::App;
use crate::config::DeviceKeys;
use crate::problem::{Refusal, refuse};
use crate::proof::{DeviceKey, ProofError, Target};
use crate::security_log::{Kind, Subject};
use crate::storage::Device;

/// The header of a proof.
pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header of the nonce for the next proof.
pub(super) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

const BOUND_TOKEN: &str = "DPoP realm=\"scantill\", algs=\"ES256\", error=\"invalid_token\"";
const INVALID_PROOF: &str = "DPoP realm=\"scantill\", algs=\"ES256\", error=\"invalid_dpop_proof\"";
const USE_NONCE: &str = "DPoP realm=\"scantill\", algs=\"ES256\", error=\"use_dpop_nonce\"";

/// How a token comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// A bearer token: its owner may use it without a key.
    Bearer,
    /// With a proof of its key.
    DPoP,
}

/// Scheme and token of an `Authorization`. A scheme's name has no case, and any spaces may follow it (RFC 9110).
pub(super) fn credential(header: &str) -> Option<(Scheme, &str)> {
    let (name, token) = header.trim().split_once(' ')?;
    let scheme = [("bearer", Scheme::Bearer), ("dpop", Scheme::DPoP)];
    let (_, scheme) = scheme.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
    Some((scheme, token.trim()))
}

/// Whether this request may use a device's token.
pub(super) fn check(
    app: &App,
    parts: &Parts,
    device: &Device,
    (scheme, token): (Scheme, &str),
) -> Result<(), Refusal> {
    let Some(key) = &device.session.key else { return check_unbound(app, scheme) };
    if scheme != Scheme::DPoP {
        app.security.note(Kind::RefusedProof, device);
        return Err(refused("this device's token is bound to a key: call with its proof", BOUND_TOKEN));
    }
    let proof = proof(&parts.headers).ok_or(ProofError::Invalid);
    let now_ms = app.clock.monotonic_ms();
    let checked =
        proof.and_then(|proof| app.proofs.check(proof, target(parts, path(parts)), token, key, now_ms));
    checked.map_err(|error| refusal(app, error, device))
}

fn check_unbound(app: &App, scheme: Scheme) -> Result<(), Refusal> {
    if scheme == Scheme::DPoP {
        return Err(refused("this device's token is not bound to a key: pair the device again", BOUND_TOKEN));
    }
    if app.device_keys == DeviceKeys::Required {
        let detail = "this device was paired without a key: pair it again over HTTPS";
        return Err(refuse(ProblemCode::Unauthenticated, detail));
    }
    Ok(())
}

/// What a device that pairs brings to prove its key, unread.
pub(super) struct PairingProof(Parts);

impl FromRequestParts<Arc<App>> for PairingProof {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(parts.clone()))
    }
}

impl PairingProof {
    /// The key; none where the device has none.
    pub(super) fn key(&self, app: &App) -> Result<Option<DeviceKey>, Refusal> {
        let Self(parts) = self;
        if !parts.headers.contains_key(DPOP) {
            return match app.device_keys {
                DeviceKeys::Optional => Ok(None),
                DeviceKeys::Required => Err(refuse(
                    ProblemCode::PairingRefused,
                    "this proxy pairs browsers that hold a key alone: open the till over HTTPS",
                )),
            };
        }
        let proof = proof(&parts.headers).ok_or(ProofError::Invalid);
        let now_ms = app.clock.monotonic_ms();
        let key = proof.and_then(|proof| app.proofs.key(proof, target(parts, path(parts)), now_ms));
        key.map(Some).map_err(|error| refusal(app, error, Subject::default()))
    }
}

/// A caller that proves its key, or that was refused, learns the nonce for its next try.
pub(super) async fn give_nonce(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let proves = request.headers().contains_key(DPOP);
    let mut response = next.run(request).await;
    if proves || response.status() == StatusCode::UNAUTHORIZED {
        let nonce = HeaderValue::from_str(&app.proofs.nonce(app.clock.monotonic_ms()));
        response.headers_mut().extend(nonce.ok().map(|nonce| (NONCE, nonce)));
    }
    response
}

/// There is at most one.
fn proof(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(DPOP).iter();
    let only = all.next()?.to_str().ok();
    only.filter(|_| all.next().is_none())
}

fn target<'a>(parts: &'a Parts, path: &'a str) -> Target<'a> {
    Target { method: parts.method.as_str(), path }
}

/// The path as it came: a router that is nested sees its own part alone.
fn path(parts: &Parts) -> &str {
    let original = parts.extensions.get::<OriginalUri>();
    original.map_or(parts.uri.path(), |OriginalUri(uri)| uri.path())
}

/// A till whose nonce has ended is no thief.
fn refusal<'a>(app: &App, error: ProofError, whose: impl Into<Subject<'a>>) -> Refusal {
    match error {
        ProofError::Invalid => {
            app.security.note(Kind::RefusedProof, whose);
            refused("the proof of this device's key is missing or wrong", INVALID_PROOF)
        }
        ProofError::UseNonce => refused("make the proof again with the nonce of this answer", USE_NONCE),
    }
}

fn refused(detail: &str, challenge: &'static str) -> Refusal {
    refuse(ProblemCode::Unauthenticated, detail).with_challenge(challenge)
}
