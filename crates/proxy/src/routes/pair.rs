//! `POST /v1/pair`: a device gets its token.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use scantill_types::api::{Pair, Paired, ProblemCode};
use tokio::time::Instant;

use super::extract::{Body, account_of};
use super::proof::PairingProof;
use super::text::text_of_id;
use crate::app::App;
use crate::config::Pairing;
use crate::problem::{Refusal, refuse};
use crate::request_id;
use crate::secrets::{PairingCode, digest, new_token};
use crate::security_log::{Kind, Subject};
use crate::storage::{Device, NewDevice, Redeemed};

/// A refusal takes this long, whatever was wrong with the code: how long it took tells nothing, and a connection can guess
/// no faster. Nobody else waits for it.
const REFUSED_AFTER: Duration = Duration::from_millis(500);

/// Pairs a device. The token is shown this once; the proxy keeps only its digest.
/// A proof in the header `DPoP` (RFC 9449) binds the token to the key that signed it: every call needs a proof then.
#[utoipa::path(post, path = "/v1/pair", request_body = Pair,
    params(("DPoP" = Option<String>, Header, description = "a proof of the device's key; docs/api.md tells its claims")),
    responses((status = 200, body = Paired),
    (status = 401, description = "the proof is wrong, or its nonce: `WWW-Authenticate` and `DPoP-Nonce` say more"), (status = 403, description = "pairing_refused"), (status = 429, description = "rate_limited")))]
pub(super) async fn pair(
    State(app): State<Arc<App>>,
    proof: PairingProof,
    Body(pair): Body<Pair>,
) -> Result<Json<Paired>, Refusal> {
    text_of_id("device_id", pair.device_id.as_str())?;
    // A signature is dear to check: who does not even send a body has none checked.
    let key = proof.key(&app)?;
    let is_bound = key.is_some();
    let token = new_token(app.entropy.as_ref())?;
    let new = NewDevice { id: pair.device_id, token_digest: digest(&token), key };
    let device = match (pair.code.as_deref(), app.pairing) {
        (Some(code), _) => redeem(&app, code, new).await?,
        (None, Pairing::Open) => open(&app, new).await?,
        (None, Pairing::Code) => {
            return Err(refuse(
                ProblemCode::PairingRefused,
                "send the one-use code of `scantill-proxy terminal add`",
            ));
        }
    };
    let account = account_of(&app, &device)?;
    tracing::info!(device = %device.id, terminal = %device.terminal, store = %device.store_id, is_bound, "a device was paired");
    let token_type = if is_bound { "DPoP" } else { "Bearer" };
    Ok(Json(Paired { terminal: app.terminal(&device, account), token, token_type: token_type.to_owned() }))
}

async fn redeem(app: &App, code: &str, device: NewDevice) -> Result<Device, Refusal> {
    app.pairing_tries.take(request_id::peer()).map_err(|wait_s| {
        app.security.note(Kind::RateLimited, Subject::default());
        let detail = format!("this address tried too many pairing codes: try again in {wait_s} s");
        refuse(ProblemCode::RateLimited, detail).retry_after_s(wait_s)
    })?;
    let refused_at = Instant::now() + REFUSED_AFTER;
    if let Some(code) = PairingCode::parse(code) {
        let accounts = app.accounts.iter().map(|account| account.name.clone()).collect();
        match app.storage.redeem(code.digest(), device, accounts, app.clock.now()).await? {
            Redeemed::Device(device) => return Ok(*device),
            Redeemed::Wrong => app.security.note(Kind::WrongPairingCode, Subject::default()),
            Redeemed::Dead => app.security.note(Kind::DeadPairingCode, Subject::default()),
        }
    } else {
        app.security.note(Kind::WrongPairingCode, Subject::default());
    }
    tokio::time::sleep_until(refused_at).await;
    let detail =
        "the pairing code is wrong, used, older than ten minutes, or was tried five times: make a new one";
    Err(refuse(ProblemCode::PairingRefused, detail))
}

async fn open(app: &App, device: NewDevice) -> Result<Device, Refusal> {
    let none = || refuse(ProblemCode::PairingRefused, "no account is configured");
    let account = app.accounts.first().ok_or_else(none)?.name.clone();
    Ok(app.storage.open_pair(account, device, app.clock.now()).await?)
}
