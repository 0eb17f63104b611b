//! The peer of a request, as the connection or a trusted proxy states it.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, OnceLock},
};

use axum::http::Extensions;
use carillon_model::id::AppKey;

/// A request extension that the listener sets.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The address of the caller: that of the connection, or the one that a trusted proxy forwards.
    pub address: IpAddr,
    /// The caller used https to this server or to a trusted proxy.
    pub is_https: bool,
    identity: Arc<OnceLock<Holder>>,
}

/// The identity that connections and bytes in memory are counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Not authenticated: the address. See [`address_key`].
    Address(IpAddr),
    /// An app with a valid token.
    App(AppKey),
    /// A signed-in member: the hash of the session.
    Session([u8; 32]),
}

impl Peer {
    /// Returns the peer of a request that is not authenticated yet.
    pub fn new(address: IpAddr, is_https: bool) -> Self {
        Self { address, is_https, identity: Arc::default() }
    }

    /// Sets the authenticated sender. From then on the request counts for the sender and not for the address.
    pub fn identify(&self, holder: Holder) {
        // The first one stays: a request has one sender.
        let _ = self.identity.set(holder);
    }

    /// Returns the authenticated sender.
    pub fn identity(&self) -> Option<&Holder> {
        self.identity.get()
    }

    /// Returns the identity that the request counts for.
    pub fn holder(&self) -> Holder {
        self.identity.get().cloned().unwrap_or_else(|| Holder::Address(address_key(self.address)))
    }

    /// Returns the peer of a request; `None` outside of a listener.
    pub fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }
}

impl Holder {
    /// Returns whether it is only known by its address.
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Address(_))
    }
}

/// Returns the key that an address counts for: an IPv4 address, or the first 64 bits of an IPv6 address, since one subscriber has the whole
/// network.
pub fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}
