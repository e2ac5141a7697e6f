//! A browser's key as a test has it: it signs whatever it is told.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use scantill_testkit::world::{World, random, read};
use scantill_types::api::Paired;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) struct Signer(EcdsaKeyPair);

/// A device that was paired with a key.
pub(crate) struct Bound {
    pub(crate) signer: Signer,
    pub(crate) token: String,
    pub(crate) nonce: String,
}

impl Signer {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn header(&self) -> Value {
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)});
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url(signature.as_ref()))
    }
}

impl Bound {
    /// Pairs as a till does: without a nonce first, since it knows none.
    pub(crate) async fn pair(world: &World, body: &Value) -> Self {
        let signer = Signer::new();
        let url = format!("{}/v1/pair", world.proxy);
        let post = async |nonce: &str| {
            let claims = claims("POST", &url, nonce);
            let proof = signer.sign(&signer.header(), &claims);
            world.http.post(&url).json(body).header("DPoP", proof).send().await.unwrap()
        };
        let first = post("").await;
        assert_eq!(first.status(), 401);
        let second = post(&nonce(first.headers())).await;
        let nonce = nonce(second.headers());
        let paired: Paired = second.json().await.unwrap();
        assert_eq!(paired.token_type, "DPoP");
        Self { signer, token: paired.token, nonce }
    }

    pub(crate) fn claims(&self, world: &World, method: &str, path: &str) -> Value {
        let mut claims = claims(method, &format!("{}{path}", world.proxy), &self.nonce);
        claims["ath"] = base64url(&Sha256::digest(self.token.as_bytes())).into();
        claims
    }

    /// A proof that is right.
    pub(crate) fn proof(&self, world: &World, method: &str, path: &str) -> String {
        self.signer.sign(&self.signer.header(), &self.claims(world, method, path))
    }

    /// A call with its token, without a proof.
    pub(crate) fn bare(&self, world: &World, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = world.http.request(method.parse().unwrap(), format!("{}{path}", world.proxy));
        request.header("Authorization", format!("DPoP {}", self.token))
    }

    /// A call that is right.
    pub(crate) fn call(&self, world: &World, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.bare(world, method, path).header("DPoP", self.proof(world, method, path))
    }

    pub(crate) async fn payment(&self, world: &World, path: &str) -> scantill_types::api::Payment {
        read(self.call(world, "GET", path)).await.unwrap()
    }
}

pub(crate) fn nonce(headers: &HeaderMap) -> String {
    headers["dpop-nonce"].to_str().unwrap().to_owned()
}

pub(crate) fn claims(method: &str, address: &str, nonce: &str) -> Value {
    json!({"jti": base64url(&random()) + "-of-a-test", "htm": method, "htu": address, "iat": 1, "nonce": nonce})
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
