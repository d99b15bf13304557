//! What a sender is recognized by besides its secret: given, taken away, written down.

use crate::world::{World, on_each_engine};
use iis_model::access::{Granted, Permission};
use iis_model::organization::SenderProfile;
use iis_model::recognition::{KeyKind, Origin, SenderKey};
use iis_registry::access::operator;
use iis_registry::senders::{self, Marks, NewSender};
use iis_registry::{Arrival, Failure};
use iis_store::audit::list::{AuditFilter, list};

fn granted() -> Granted {
    operator(Permission::ManageSenders).expect("the operator may")
}

fn key(kind: KeyKind, byte: u8) -> SenderKey {
    SenderKey { kind, sha256: [byte; 32] }
}

fn origin(facility: &str, network: &str) -> Origin {
    Origin::new(facility, network.parse().expect("a range"))
}

fn keys(keys: &[SenderKey]) -> Marks {
    Marks { keys: keys.to_vec(), origins: Vec::new() }
}

fn origins(origins: &[Origin]) -> Marks {
    Marks { keys: Vec::new(), origins: origins.to_vec() }
}

/// What was read before is forgotten by then.
fn later(world: &World) -> Arrival {
    (world.arrival(), world.arrival()).1
}

async fn of_key(world: &World, key: SenderKey) -> Option<Box<str>> {
    let found = senders::of_key(&world.cx, key, later(world)).await.expect("the store works");
    found.map(|sender| sender.name.clone())
}

async fn of_origin(world: &World, facility: &str, address: &str) -> Option<Box<str>> {
    let address = address.parse().expect("an address");
    let found = senders::of_origin(&world.cx, facility, address, later(world)).await;
    found.expect("the store works").map(|sender| sender.name.clone())
}

/// The details of the audit's rows of an action, newest first.
async fn told(world: &World, action: &'static str) -> Vec<String> {
    let filter = AuditFilter { action: Some(action), limit: 100, ..AuditFilter::default() };
    let read = world.cx.store.read(move |tx| list(tx, &granted(), &filter)).await;
    read.expect("the store works").into_iter().map(|row| row.detail.to_string()).collect()
}

#[test]
fn a_key_is_its_owners_until_it_is_taken_away() {
    on_each_engine(|world| async move {
        let (certificate, ssh) = (key(KeyKind::Certificate, 1), key(KeyKind::Ssh, 1));
        assert_eq!(of_key(&world, certificate).await, None);
        let both = keys(&[certificate, ssh]);
        for _ in 0..2 {
            // giving it again changes nothing
            let (granted, marks) = (granted(), both.clone());
            senders::allow(&world.cx, &granted, "north-ehr", marks, world.arrival()).await.expect("allowed");
        }
        assert_eq!(of_key(&world, certificate).await.as_deref(), Some("north-ehr"));
        assert_eq!(of_key(&world, ssh).await.as_deref(), Some("north-ehr"));
        assert_eq!(of_key(&world, key(KeyKind::Ssh, 2)).await, None);

        // what is somebody's is nobody else's, and nothing of the change is done
        let mixed = keys(&[key(KeyKind::Ssh, 2), ssh]);
        let refused = senders::allow(&world.cx, &granted(), "south-ehr", mixed, world.arrival()).await;
        assert!(
            matches!(refused, Err(Failure::Rule(text)) if text.contains("another sender")),
            "{refused:?}"
        );
        assert_eq!(of_key(&world, key(KeyKind::Ssh, 2)).await, None);
        let own = keys(&[ssh]);
        senders::disallow(&world.cx, &granted(), "south-ehr", own.clone(), world.arrival())
            .await
            .expect("nothing");
        assert_eq!(of_key(&world, ssh).await.as_deref(), Some("north-ehr"));

        senders::disallow(&world.cx, &granted(), "north-ehr", own, world.arrival())
            .await
            .expect("taken away");
        assert_eq!(of_key(&world, ssh).await, None);
        let left = senders::marks(&world.cx, world.north.id).await.expect("the store works");
        assert_eq!(left, keys(&[certificate]));
    });
}

#[test]
fn facility_and_address_lead_to_one_sender_the_narrowest_network_first() {
    on_each_engine(|world| async move {
        let north = origins(&[origin("north", "10.0.0.0/8"), origin("NORTH", "2001:db8::/32")]);
        senders::allow(&world.cx, &granted(), "north-ehr", north, world.arrival()).await.expect("allowed");
        let south = origins(&[origin("NORTH", "10.1.0.0/16")]);
        senders::allow(&world.cx, &granted(), "south-ehr", south, world.arrival()).await.expect("allowed");
        #[rustfmt::skip]
        let table = [
            ("NORTH",   "10.2.0.1",        Some("north-ehr")),
            (" north ", "10.2.0.1",        Some("north-ehr")),
            ("NORTH",   "10.1.0.1",        Some("south-ehr")),
            ("NORTH",   "::ffff:10.1.0.1", Some("south-ehr")),
            ("NORTH",   "2001:db8::7",     Some("north-ehr")),
            ("NORTH",   "11.0.0.1",        None),
            ("SOUTH",   "10.1.0.1",        None),
            ("",        "10.1.0.1",        None),
        ];
        for (facility, address, expected) in table {
            assert_eq!(
                of_origin(&world, facility, address).await.as_deref(),
                expected,
                "{facility} {address}"
            );
        }
        let networks = senders::networks(&world.cx).await.expect("the store works");
        let shown: Vec<String> = networks.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"]);
    });
}

#[test]
fn a_sender_whose_keys_are_taken_is_not_made_and_each_change_is_in_the_audit() {
    on_each_engine(|world| async move {
        let new = |name: &str| NewSender {
            name: name.into(),
            site_codes: vec!["NORTH".into()],
            profile: SenderProfile::default(),
            secret: "open sesame".into(),
        };
        let marks = keys(&[key(KeyKind::Ssh, 7)]);
        let made = senders::add_with(&world.cx, &granted(), new("one"), marks.clone(), world.arrival()).await;
        made.expect("made");
        let refused =
            senders::add_with(&world.cx, &granted(), new("two"), marks.clone(), world.arrival()).await;
        assert!(matches!(refused, Err(Failure::Rule(_))), "{refused:?}");
        assert!(senders::by_name(&world.cx, "two").await.expect("the store works").is_none());
        senders::disallow(&world.cx, &granted(), "one", marks, world.arrival()).await.expect("taken away");
        let made = told(&world, "add-sender").await;
        let taken = told(&world, "disallow-sender-keys").await;
        let hash = "07".repeat(32);
        assert!(made.contains(&format!("sender one: ssh {hash}")));
        assert_eq!(taken, [format!("sender one: ssh {hash}")]);
    });
}
