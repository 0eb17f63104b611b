//! Who is at the other end of a request, as far as the connection and a trusted proxy say.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, OnceLock},
};

use axum::http::Extensions;
use carillon_model::id::AppKey;

/// A request extension that the listener sets.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The address of the caller: that of the connection, or the one that a trusted proxy forwards for.
    pub address: IpAddr,
    /// The caller used https, up to this server or up to a trusted proxy.
    pub is_https: bool,
    identity: Arc<OnceLock<Holder>>,
}

/// Whom connections and bytes in memory are counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Nobody known yet: the address. See [`address_key`].
    Address(IpAddr),
    /// An app with a valid token.
    App(AppKey),
    /// A signed-in person, by the hash of the session.
    Session([u8; 32]),
}

impl Peer {
    /// Of a request whose sender is not known yet.
    pub fn new(address: IpAddr, is_https: bool) -> Self {
        Self { address, is_https, identity: Arc::default() }
    }

    /// Notes who sent the request once that is proven. From then on it counts for them and not for their address.
    pub fn identify(&self, holder: Holder) {
        // The first proof stays: a request has one sender.
        let _ = self.identity.set(holder);
    }

    /// Whom the request counts for.
    pub fn holder(&self) -> Holder {
        self.identity.get().cloned().unwrap_or_else(|| Holder::Address(address_key(self.address)))
    }

    /// The peer of a request; None outside of a listener.
    pub fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }
}

impl Holder {
    /// Whether it is only known by its address.
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Address(_))
    }
}

/// What an address counts as: itself, or the first 64 bits of an IPv6 address, since one subscriber has all that share them.
pub fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}
