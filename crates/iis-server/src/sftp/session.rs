//! One SSH connection: who signs in, and the one thing that may be done then.

use super::guests::Place;
use super::jail::Jail;
use super::operations::Operations;
use super::packets::Packets;
use super::strangers::Stranger;
use super::{Known, Sftp};
use crate::figures;
use crate::listen::Peer;
use crate::rate_limit::address_key;
use iis_model::organization::Sender;
use iis_model::recognition::{KeyKind, SenderKey};
use russh::keys::PublicKey;
use russh::keys::ssh_key::HashAlg;
use russh::server::{
    Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Session as Ssh, VerifiedPublicKey,
};
use russh::{Channel, ChannelId, Disconnect};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Channels that one connection may open: clients open one, some two.
const MOST_CHANNELS: usize = 4;
/// The longest request: clients write 32 KiB at a time, or as much as 256 KiB when they ask what a server takes.
const MOST_PACKET_BYTES: u32 = 256 << 10;

/// A connection that is being served.
pub(super) struct Session {
    sftp: Arc<Sftp>,
    peer: Peer,
    /// Told to whoever watches the time.
    known: Arc<OnceLock<Known>>,
    /// Until it has signed in.
    stranger: Option<Stranger>,
    /// Whether a key was offered that nobody of that name has.
    was_refused: bool,
    sender: Option<Arc<Sender>>,
    place: Option<Place>,
    channels: BTreeMap<u32, Channel<Msg>>,
    opened: usize,
}

impl Session {
    pub(super) fn new(sftp: Arc<Sftp>, peer: Peer, known: Arc<OnceLock<Known>>, stranger: Stranger) -> Self {
        let (channels, stranger) = (BTreeMap::new(), Some(stranger));
        Self {
            sftp,
            peer,
            known,
            stranger,
            was_refused: false,
            sender: None,
            place: None,
            channels,
            opened: 0,
        }
    }

    /// The sender of this name, if the key is one of its own. An address that failed too often is not heard.
    async fn sender_of(&self, user: &str, key: &PublicKey) -> Option<(Arc<Sender>, Known)> {
        let address = address_key(self.peer.address.ip());
        if self.sftp.app.failures.exhausted(&address, crate::clock::now()) {
            return None;
        }
        let sha256 = key.fingerprint(HashAlg::Sha256).sha256()?;
        let known = Known { name: user.into(), key: SenderKey { kind: KeyKind::Ssh, sha256 } };
        match self.sftp.sender_of(&known).await {
            Ok(sender) => sender.map(|sender| (sender, known)),
            Err(error) => {
                tracing::warn!(%error, "a sender could not be looked up");
                None
            }
        }
    }
}

/// A connection that ends after its keys were refused has failed once, however many it had.
impl Drop for Session {
    fn drop(&mut self) {
        let gave_way = self.stranger.as_ref().is_some_and(Stranger::gives_way);
        if self.was_refused && !gave_way && self.known.get().is_none() {
            figures::failed_sign_in("sftp");
            let address = self.peer.address.ip();
            self.sftp.app.failures.failed(&address_key(address), crate::clock::now());
            tracing::info!(%address, "a sign-in over SFTP failed");
        }
    }
}

impl Handler for Session {
    type Error = russh::Error;

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Self::Error> {
        let found = self.sender_of(user, offer.public_key).await;
        self.was_refused |= found.is_none();
        Ok(if found.is_some() { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        let Some((sender, known)) = self.sender_of(user, key.public_key).await else {
            self.was_refused = true;
            return Ok(Auth::reject());
        };
        self.place = self.sftp.guests.take(&sender.name, self.sftp.app.config.sftp.sender_connections);
        self.was_refused = false;
        if self.place.is_none() {
            // it is told so when it asks for something, and stays a stranger: its time is short
            tracing::warn!(sender.name = &*sender.name, "a sender has too many connections over SFTP");
            return Ok(Auth::Accept);
        }
        self.stranger = None;
        // signing in ends the negotiation: it happens once
        let _ = self.known.set(known);
        tracing::info!(sender.name = &*sender.name, "a sender signed in over SFTP");
        self.sender = Some(sender);
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        ssh: &mut Ssh,
    ) -> Result<(), Self::Error> {
        if self.place.is_none() {
            // the key is right: a refusal of it would send its owner looking for another one
            let why = "too many connections of this sender are open: close one, or try again later";
            return ssh.disconnect(Disconnect::TooManyConnections, why, "en");
        }
        // a handle that is dropped is a refusal
        if self.opened < MOST_CHANNELS {
            self.opened += 1;
            self.channels.insert(channel.id().into(), channel);
            reply.accept().await;
        }
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        ssh: &mut Ssh,
    ) -> Result<(), Self::Error> {
        let channel = self.channels.remove(&u32::from(id));
        let (Some(channel), Some(sender), Some(place), "sftp") = (channel, &self.sender, &self.place, name)
        else {
            return ssh.channel_failure(id);
        };
        let folder = self.sftp.home(&sender.name);
        if let Err(error) = folder.make() {
            tracing::error!(%error, sender.name = &*sender.name, "a sender's folder cannot be made");
            return ssh.channel_failure(id);
        }
        let jail = Jail::new(folder, &self.sftp.app.config.sftp, self.sftp.bell.clone(), place.room.clone());
        ssh.channel_success(id)?;
        let packets = Packets::new(channel.into_stream(), MOST_PACKET_BYTES);
        russh_sftp::server::run(packets, Operations::new(jail)).await;
        Ok(())
    }

    async fn channel_eof(&mut self, id: ChannelId, ssh: &mut Ssh) -> Result<(), Self::Error> {
        ssh.close(id)
    }

    // no shell, no commands, no terminal: said so, or clients wait

    async fn shell_request(&mut self, id: ChannelId, ssh: &mut Ssh) -> Result<(), Self::Error> {
        refuse(id, ssh)
    }

    async fn exec_request(&mut self, id: ChannelId, _data: &[u8], ssh: &mut Ssh) -> Result<(), Self::Error> {
        refuse(id, ssh)
    }
}

fn refuse(id: ChannelId, ssh: &mut Ssh) -> Result<(), russh::Error> {
    ssh.channel_failure(id)?;
    ssh.close(id)
}
