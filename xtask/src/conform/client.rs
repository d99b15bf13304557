//! `POST /hl7`, as any sender does it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// A reply comes within this time, or there is none.
const DEADLINE: Duration = Duration::from_mins(1);

/// One connection of a sender.
#[derive(Debug)]
pub(super) struct Client {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

impl Client {
    /// For the registry at `url`, as the sender `NAME:SECRET`.
    pub(super) fn new(url: &str, sender: &str) -> Self {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(DEADLINE)).build();
        Self {
            agent: config.into(),
            url: format!("{url}/hl7"),
            authorization: format!("Basic {}", STANDARD.encode(sender)),
        }
    }

    /// Sends one message; the body of a 200, else what came instead.
    pub(super) fn post(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let request = self.agent.post(&self.url).header("authorization", &self.authorization);
        let mut answer = request
            .header("content-type", "application/hl7-v2")
            .send(message)
            .map_err(|failure| format!("no answer: {failure}"))?;
        let body =
            answer.body_mut().read_to_vec().map_err(|failure| format!("the answer broke off: {failure}"))?;
        match answer.status().as_u16() {
            200 => Ok(body),
            status => Err(format!("answered with status {status}")),
        }
    }
}
