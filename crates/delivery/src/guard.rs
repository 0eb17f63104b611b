//! Decides which addresses callbacks may be sent to. A callback to an internal address would let anyone who can register a callback reach
//! internal services. Such addresses are refused unless the administrator allows their range.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use carillon_model::error::{Error, Result};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 ranges that are not public, in addition to those that the standard library knows.
const NOT_PUBLIC_V4: &[&str] = &[
    // "This network"; shared address space of carriers; protocol assignments; benchmarks; reserved.
    "0.0.0.0/8",
    "100.64.0.0/10",
    "192.0.0.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "240.0.0.0/4",
];
/// IPv6 ranges that are not public.
const NOT_PUBLIC_V6: &[&str] = &[
    // IPv4-translated; discard; Teredo and other protocol assignments; documentation; 6to4, which carries an IPv4 address;
    // translation inside of a network; segment routing; unique local, the address of cloud metadata among them; link local;
    // site local.
    "::ffff:0:0:0/96",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "64:ff9b:1::/48",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
];
/// The well-known prefix of NAT64, by which networks without IPv4 reach IPv4 addresses.
const NAT64: &str = "64:ff9b::/96";

/// Decides which addresses may be connected to.
#[derive(Clone, Debug)]
pub struct Guard {
    allowed: Vec<IpNet>,
    not_public_v4: Vec<Ipv4Net>,
    not_public_v6: Vec<Ipv6Net>,
    nat64: Ipv6Net,
}

impl Guard {
    /// Creates a guard that permits all public addresses and the ranges of `allow`.
    ///
    /// # Errors
    /// An entry of `allow` is neither an address nor a range.
    pub fn new(allow: &[String]) -> Result<Self> {
        let allowed = allow.iter().map(|range| {
            let single_address = range.parse::<IpAddr>().map(IpNet::from);
            range.parse::<IpNet>().or(single_address).map_err(|_| {
                Error::invalid(
                    "allow",
                    format!("of [delivery] holds {range}: write a range of addresses such as 10.0.0.0/8"),
                )
            })
        });
        Ok(Self {
            allowed: allowed.collect::<Result<_>>()?,
            not_public_v4: ranges(NOT_PUBLIC_V4)?,
            not_public_v6: ranges(NOT_PUBLIC_V6)?,
            nat64: NAT64.parse().map_err(Error::internal)?,
        })
    }

    /// Whether an address may be connected to.
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = self.unmapped(address);
        self.allowed.iter().any(|range| range.contains(&address))
            || match address {
                IpAddr::V4(address) => self.is_public_v4(address),
                IpAddr::V6(address) => self.is_public_v6(address),
            }
    }

    /// Returns the IPv4 address that an IPv6 address embeds, else the address itself.
    fn unmapped(&self, address: IpAddr) -> IpAddr {
        let IpAddr::V6(v6) = address else { return address };
        let [.., a, b, c, d] = v6.octets();
        let embedded = Ipv4Addr::new(a, b, c, d);
        let compatible = v6.segments()[..6] == [0; 6] && !v6.is_unspecified() && !v6.is_loopback();
        if v6.to_ipv4_mapped().is_some() || compatible || self.nat64.contains(&v6) {
            IpAddr::V4(embedded)
        } else {
            address
        }
    }

    fn is_public_v4(&self, address: Ipv4Addr) -> bool {
        !(address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_unspecified()
            || self.not_public_v4.iter().any(|range| range.contains(&address)))
    }

    fn is_public_v6(&self, address: Ipv6Addr) -> bool {
        !(isatap_ipv4(address).is_some_and(|embedded| !self.is_public_v4(embedded))
            || address.is_loopback()
            || address.is_multicast()
            || address.is_unspecified()
            || self.not_public_v6.iter().any(|range| range.contains(&address)))
    }
}

/// Returns the IPv4 address that the interface identifier of an ISATAP address embeds, under any prefix.
fn isatap_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., first, second, a, b] = address.segments();
    let [c, d] = [a.to_be_bytes(), b.to_be_bytes()];
    (first & 0xfdff == 0 && second == 0x5efe).then(|| Ipv4Addr::new(c[0], c[1], d[0], d[1]))
}

fn ranges<Net: std::str::FromStr<Err: std::fmt::Display>>(texts: &[&str]) -> Result<Vec<Net>> {
    texts.iter().map(|text| text.parse().map_err(Error::internal)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(allow: &[&str], address: &str) -> bool {
        let allow: Vec<String> = allow.iter().map(|range| (*range).to_owned()).collect();
        Guard::new(&allow).unwrap().permits(address.parse().unwrap())
    }

    #[test]
    fn internal_addresses_are_refused_in_every_notation() {
        for address in [
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "192.0.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "240.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "fd12:3456::1",
            "ff02::1",
            "fec0::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            // Teredo, 6to4, IPv4-translated and ISATAP, with internal addresses inside.
            "2001:0:a00:1::1",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            "2002:a00:1::a00:1",
            "2002:a9fe:a9fe::1",
            "::ffff:0:127.0.0.1",
            "::ffff:0:10.0.0.1",
            "::ffff:0:169.254.169.254",
            "::ffff:0:8.8.8.8",
            "64:ff9b:1:a00:1::",
            "2400:3200::5efe:10.0.0.1",
            "2400:3200::200:5efe:192.168.0.1",
            "fe80::5efe:8.8.8.8",
        ] {
            assert!(!permitted(&[], address), "{address}");
        }
        for address in [
            "8.8.8.8",
            "172.15.255.255",
            "172.32.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "11.0.0.1",
            "223.5.5.5",
            "2400:3200::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2400:3200::5efe:8.8.8.8",
        ] {
            assert!(permitted(&[], address), "{address}");
        }
    }

    #[test]
    fn only_allowed_ranges_are_added() {
        assert!(permitted(&["10.0.0.0/8"], "10.255.0.1"));
        assert!(permitted(&["10.0.0.0/8"], "::ffff:10.1.2.3"));
        assert!(!permitted(&["10.0.0.0/8"], "192.168.0.1"));
        assert!(permitted(&["127.0.0.1", "::1"], "127.0.0.1"));
        assert!(permitted(&["127.0.0.1", "::1"], "::1"));
        assert!(!permitted(&["127.0.0.1"], "127.0.0.2"));
        assert!(Guard::new(&["everything".to_owned()]).is_err());
        assert!(Guard::new(&["10.0.0.0/33".to_owned()]).is_err());
    }
}
