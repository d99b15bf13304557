//! A range of network addresses, such as `10.20.0.0/16`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// All addresses that begin with the same bits. An IPv4 address in IPv6 clothes is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    /// The first address of the range.
    address: IpAddr,
    /// How many bits all addresses share.
    prefix: u8,
}

/// A text that names no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address or a range, such as 10.20.30.40, 10.20.0.0/16 or 2001:db8::/32")]
pub struct NotANetwork;

impl Network {
    /// Whether an address is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        first(address.to_canonical(), self.prefix) == Some(self.address)
    }

    /// How many bits all addresses share: the more, the narrower the range.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }
}

/// The first address of the range of this prefix around an address; `None` when it has not that many bits.
fn first(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let rest = 32_u32.checked_sub(prefix.into())?;
            Some(IpAddr::V4((address.to_bits() & u32::MAX.checked_shl(rest).unwrap_or(0)).into()))
        }
        IpAddr::V6(address) => {
            let rest = 128_u32.checked_sub(prefix.into())?;
            Some(IpAddr::V6((address.to_bits() & u128::MAX.checked_shl(rest).unwrap_or(0)).into()))
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| NotANetwork)?)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().map_err(|_| NotANetwork)?.to_canonical();
        let prefix = prefix.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
        Ok(Self { address: first(address, prefix).ok_or(NotANetwork)?, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, NotANetwork};

    #[test]
    fn a_range_is_read_and_written() {
        #[rustfmt::skip]
        let table = [
            ("10.20.30.40",       Ok("10.20.30.40/32")),
            ("10.20.30.40/16",    Ok("10.20.0.0/16")),
            ("0.0.0.0/0",         Ok("0.0.0.0/0")),
            ("::/0",              Ok("::/0")),
            ("2001:DB8::1/32",    Ok("2001:db8::/32")),
            ("::1",               Ok("::1/128")),
            ("::ffff:10.1.2.3",   Ok("10.1.2.3/32")),
            ("10.20.30.40/33",    Err(NotANetwork)),
            ("::1/129",           Err(NotANetwork)),
            ("10.20.30",          Err(NotANetwork)),
            ("10.20.30.40/",      Err(NotANetwork)),
            ("clinic.example",    Err(NotANetwork)),
            ("",                  Err(NotANetwork)),
        ];
        for (text, expected) in table {
            let found = text.parse::<Network>().map(|network| network.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn the_edges_of_a_range_are_inside_and_their_neighbors_are_not() {
        #[rustfmt::skip]
        let table = [
            ("10.20.0.0/16",   "10.20.0.0",        true),
            ("10.20.0.0/16",   "10.20.255.255",    true),
            ("10.20.0.0/16",   "10.19.255.255",    false),
            ("10.20.0.0/16",   "10.21.0.0",        false),
            ("10.20.0.0/16",   "::ffff:10.20.1.1", true),
            ("10.20.30.40",    "10.20.30.40",      true),
            ("10.20.30.40",    "10.20.30.41",      false),
            ("0.0.0.0/0",      "203.0.113.9",      true),
            ("0.0.0.0/0",      "2001:db8::1",      false),
            ("2001:db8::/32",  "2001:db8:ffff::",  true),
            ("2001:db8::/32",  "2001:db9::",       false),
            ("::/0",           "10.20.30.40",      false),
        ];
        for (network, address, inside) in table {
            let network: Network = network.parse().expect("a range");
            assert_eq!(network.contains(address.parse().expect("an address")), inside, "{network} {address}");
        }
    }
}
