//! MLLP: VT, message, FS, CR; one message under way at a time. Source: HL7 Version 3 Transport Specification, MLLP
//! release 1.

use super::stream::{Connector, Stream};
use super::{ClientError, LONGEST_REPLY};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const START: u8 = 0x0b;
const END: u8 = 0x1c;
const RETURN: u8 = 0x0d;

pub(super) struct MllpClient {
    connector: Connector,
    open: Option<Box<dyn Stream>>,
}

impl MllpClient {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, open: None }
    }

    pub(super) fn disconnect(&mut self) {
        self.open = None;
    }

    pub(super) async fn send(&mut self, message: &[u8]) -> Result<Vec<u8>, ClientError> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => self.connector.connect().await?,
        };
        let frame = [&[START], message, &[END, RETURN]].concat();
        stream.write_all(&frame).await.map_err(broken)?;
        stream.flush().await.map_err(broken)?;
        let reply = read_frame(&mut stream).await?;
        self.open = Some(stream);
        Ok(reply)
    }
}

async fn read_frame(stream: &mut Box<dyn Stream>) -> Result<Vec<u8>, ClientError> {
    let mut frame = Vec::new();
    let mut part = [0; 8192];
    loop {
        let read = stream.read(&mut part).await.map_err(broken)?;
        if read == 0 {
            return Err(ClientError::Connection("the other side closed before its reply".to_owned()));
        }
        frame.extend_from_slice(&part[..read]);
        if frame.ends_with(&[END, RETURN]) {
            let start = frame.iter().position(|byte| *byte == START).map_or(0, |at| at + 1);
            return Ok(frame[start..frame.len() - 2].to_vec());
        }
        if frame.len() > LONGEST_REPLY {
            return Err(ClientError::TooLong);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn broken(error: io::Error) -> ClientError {
    ClientError::Connection(error.to_string())
}
