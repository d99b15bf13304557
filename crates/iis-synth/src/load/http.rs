//! HTTP/1.1 as little as a load needs: keep-alive, requests with a length, replies with a length.

use base64::Engine as _;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Where messages go, and as whom.
#[derive(Debug, Clone)]
pub struct Target {
    /// Address and port.
    pub address: SocketAddr,
    /// `NAME:SECRET` of the sender.
    pub credentials: String,
}

impl Target {
    /// The head of every request, up to the length: `Content-Length: ` and four digits, a blank line and the body follow.
    pub fn head(&self) -> Vec<u8> {
        let basic = base64::engine::general_purpose::STANDARD.encode(&self.credentials);
        format!(
            "POST /hl7 HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {basic}\r\nContent-Type: application/hl7-v2\r\nContent-Length: ",
            self.address
        )
        .into_bytes()
    }

    /// A whole request.
    pub fn request(&self, body: &[u8]) -> Vec<u8> {
        let mut request = self.head();
        request.extend_from_slice(format!("{}\r\n\r\n", body.len()).as_bytes());
        request.extend_from_slice(body);
        request
    }
}

/// A connection kept alive.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: &'a [u8],
}

const PATIENCE: Duration = Duration::from_secs(40);

impl Connection {
    /// Opens a connection; a reply is waited for 40 seconds.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and waits for its reply.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.received.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.received.extend_from_slice(&chunk[..count]);
            if let Some((status, start, end)) = complete(&self.received)? {
                return Ok(Answer { status, body: &self.received[start..end] });
            }
        }
    }
}

/// Status and place of the body, once head and body are there.
fn complete(received: &[u8]) -> io::Result<Option<(u16, usize, usize)>> {
    let Some(start) = received.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4) else {
        return Ok(None);
    };
    let head =
        std::str::from_utf8(&received[..start]).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let (Some(status), Some(length)) = (status, length) else {
        return Err(ErrorKind::InvalidData.into());
    };
    Ok((received.len() >= start + length).then_some((status, start, start + length)))
}

/// Code and control id of an acknowledgment (MSA-1, MSA-2).
pub fn ack_of(body: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(body).ok()?;
    let msa = text.split(['\r', '\n']).find_map(|segment| segment.strip_prefix("MSA|"))?;
    let mut fields = msa.split('|');
    Some((fields.next()?, fields.next()?))
}

#[cfg(test)]
mod tests {
    use super::{ack_of, complete};

    #[test]
    fn a_reply_is_complete_with_its_last_byte() {
        let reply = b"HTTP/1.1 200 OK\r\nContent-Type: x\r\ncontent-length: 5\r\n\r\nhello";
        for cut in 0..reply.len() {
            assert_eq!(complete(&reply[..cut]).expect("no nonsense"), None, "{cut}");
        }
        let (status, start, end) = complete(reply).expect("no nonsense").expect("complete");
        assert_eq!((status, &reply[start..end]), (200, &b"hello"[..]));
        assert!(complete(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }

    #[test]
    fn the_acknowledgment_is_read_from_its_segment() {
        assert_eq!(ack_of(b"MSH|^~\\&|A\rMSA|AE|17|x\rERR|"), Some(("AE", "17")));
        assert_eq!(ack_of(b"MSH|^~\\&|A\rMSA|AA|18"), Some(("AA", "18")));
        assert_eq!(ack_of(b"nothing"), None);
    }
}
