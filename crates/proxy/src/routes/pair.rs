//! `POST /v1/pair`: a device gets its token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_core::api::{Pair, Paired, ProblemCode};

use super::extract::Body;
use crate::app::App;
use crate::config::Pairing;
use crate::problem::{Refusal, refuse};
use crate::secrets::{digest, new_token, pairing_digest};
use crate::security_log::{Kind, Subject};
use crate::store::{Device, Redeemed};

/// Whoever guesses pairing codes locks pairing for all.
const PAIRING: &str = "pairing";

/// Pairs a device. The token is shown this once; the proxy keeps only its digest.
#[utoipa::path(post, path = "/v1/pair", request_body = Pair, responses(
    (status = 200, body = Paired), (status = 403, description = "pairing_refused"), (status = 429, description = "pairing_locked")))]
pub(super) async fn pair(
    State(app): State<Arc<App>>,
    Body(pair): Body<Pair>,
) -> Result<Json<Paired>, Refusal> {
    let token = new_token(app.entropy.as_ref())?;
    let device = match (pair.code.as_deref(), app.pairing) {
        (Some(code), _) => redeem(&app, code, &pair, &token).await?,
        (None, Pairing::Open) => open(&app, &pair, &token).await?,
        (None, Pairing::Code) => {
            return Err(refuse(
                ProblemCode::PairingRefused,
                "send the one-use code of `scantill-proxy terminal add`",
            ));
        }
    };
    let gone = || refuse(ProblemCode::PairingRefused, "the terminal's account is no longer configured");
    let account = app.account(&device.account).ok_or_else(gone)?;
    tracing::info!(device = %device.id, terminal = %device.terminal, store = %device.store_id, "a device was paired");
    Ok(Json(Paired { terminal: app.terminal(&device, account), token }))
}

async fn redeem(app: &App, code: &str, pair: &Pair, token: &str) -> Result<Device, Refusal> {
    if app.wrong_codes.is_locked(PAIRING, app.clock.monotonic_ms()) {
        app.security.note(Kind::DeadPairingCode, Subject::default());
        let detail = "too many wrong codes: wait ten minutes and make a new one";
        return Err(refuse(ProblemCode::PairingLocked, detail));
    }
    let redeemed = app
        .store
        .redeem(pairing_digest(code), pair.device_id.clone(), digest(token), app.clock.now())
        .await?;
    match redeemed {
        Redeemed::Device(device) => Ok(device),
        Redeemed::Refused => {
            app.wrong_codes.count(PAIRING, app.clock.monotonic_ms());
            app.security.note(Kind::WrongPairingCode, Subject::default());
            let detail = "the pairing code is wrong, used or older than ten minutes: make a new one";
            Err(refuse(ProblemCode::PairingRefused, detail))
        }
    }
}

async fn open(app: &App, pair: &Pair, token: &str) -> Result<Device, Refusal> {
    let none = || refuse(ProblemCode::PairingRefused, "no account is configured");
    let account = app.accounts.first().ok_or_else(none)?.name.clone();
    Ok(app.store.open_pair(account, pair.device_id.clone(), digest(token), app.clock.now()).await?)
}
