//! What the proxy answers to a till.

use scantill_types::api::{Problem, ProblemCode};

/// Sends a request; what is refused must be a well-formed problem.
pub async fn read<T: serde::de::DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Problem> {
    let answer = request.send().await.unwrap();
    if answer.status().is_success() {
        return Ok(answer.json().await.unwrap());
    }
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status);
    assert!(!problem.detail.is_empty());
    Err(problem)
}

/// The code of what was refused.
pub fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> ProblemCode {
    result.unwrap_err().code
}
