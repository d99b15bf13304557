//! What somebody asked for and may not see stands in the audit.

use crate::protecting::granted;
use crate::world::on_each_engine;
use iis_model::access::Permission;
use iis_registry::Arrival;
use iis_registry::access::operator;
use iis_registry::access::refusals::{Refusal, Why, note};
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_store::audit::list::{AuditFilter, list};

#[test]
fn an_address_that_somebody_may_not_see_leaves_a_row_with_what_it_needs_and_nothing_of_its_parameters() {
    on_each_engine(|world| async move {
        let user = NewUser {
            name: "nurse".into(),
            display_name: "A nurse".into(),
            password_hash: "".into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site("clinic-access", None)],
        };
        let by = operator(Permission::ManageAccounts).expect("the operator may");
        let id = accounts::add(&world.cx, &by, user, world.arrival()).await.expect("an account");
        let nurse = accounts::get(&world.cx, id).await.expect("read").expect("an account");
        world.cx.store.set_read_only(true);
        for passed_over in [0, 7] {
            let refusal = Refusal {
                address: "POST /admin/mail/{id}/again",
                permission: Permission::ManageAccounts,
                why: Why::NotPermitted,
                passed_over,
            };
            note(&world.cx, &nurse, refusal, world.arrival()).await.expect("noted, under maintenance too");
        }
        let refusal = Refusal {
            address: "GET /tickets/{number}",
            permission: Permission::WriteTickets,
            why: Why::Absent,
            passed_over: 2,
        };
        let from = Arrival { from: "2001:db8::7".parse().ok(), ..world.arrival() };
        note(&world.cx, &nurse, refusal, from).await.expect("noted");
        let reads = granted_to_read(&world).await;
        let filter = AuditFilter { action: Some("ask-for-address"), limit: 10, ..AuditFilter::default() };
        let rows = world.cx.store.read(move |tx| list(tx, &reads, &filter)).await.expect("read");
        let told: Vec<_> = rows.iter().map(|row| (&*row.actor, &*row.result, &*row.detail)).collect();
        let needs = "POST /admin/mail/{id}/again needs manage-accounts";
        let again = format!("{needs}, and 7 times before");
        let absent = "GET /tickets/{number}, and 2 times before; from 2001:db8::7";
        assert_eq!(
            told,
            [
                ("nurse", "not found", absent),
                ("nurse", "refused", again.as_str()),
                ("nurse", "refused", needs)
            ]
        );
    });
}

async fn granted_to_read(world: &crate::world::World) -> iis_model::access::Granted {
    world.cx.store.set_read_only(false);
    granted(world, "auditor", None, Permission::ReadAudit).await
}
