//! What the nouns answer.

use crate::support::submit;
use iis_model::organization::{Sender, SenderProfile, Site, SiteKind};
use iis_model::{AccountId, PersonId, RegistryNumber, SenderId, SiteId, Timestamp};
use iis_store::person::{Standing, StatusChange};
use iis_store::person_name::{self, NameSearch, Text};
use iis_store::sender::SenderSecret;
use iis_store::site::SiteRow;
use iis_store::testing::deeds::{Message, ORGANIZATION, SENDER, granted, person_of};
use iis_store::testing::{NOW, TestStore};
use iis_store::{
    Change, Lane, Plan, StoreError, UnitKey, account, message, organization, person, report, reporter,
    search, sender, session, site, source_record, store_test, submission,
};
use jiff::SignedDuration;

fn number_of(t: &TestStore, n: i64) -> (PersonId, RegistryNumber) {
    let found = t.store.peek_blocking(move |tx| person_of(tx, n)).expect("a reading").expect("the person");
    (found.id, found.registry_number)
}

fn named(t: &TestStore, search: &NameSearch<'static>) -> Vec<PersonId> {
    let search = search.clone();
    let found =
        t.store.peek_blocking(move |tx| person_name::search(tx, &granted(), &search)).expect("a search");
    found.into_iter().map(|summary| summary.id).collect()
}

fn account_named(id: i64, name: &str) -> account::NewAccount {
    account::NewAccount {
        id: AccountId(id),
        name: name.into(),
        display_name: "Ana Doe".into(),
        password_hash: "$argon2id$".into(),
        created_at: NOW,
        must_change: true,
    }
}

fn clinic(id: i64, code: &str) -> SiteRow {
    let site = Site {
        id: SiteId(id),
        organization_id: ORGANIZATION,
        code: code.into(),
        name: "Clinic Seven".into(),
        pin: None,
        kind: SiteKind::Clinic,
    };
    SiteRow { site, takes_ownership: true, status: "active".into() }
}

store_test! {
    fn a_report_is_found_again_with_who_sent_it(t) {
        submit(&t.store, 1, &Message::new("M1")).expect("a reply");
        submit(&t.store, 1, &Message::new("M2")).expect("a reply");
        let (id, _) = number_of(t, 1);
        t.store
            .peek_blocking(move |tx| {
                let reports = report::current_of_person(tx, &granted(), id)?;
                assert_eq!(reports.iter().map(|report| report.revision).collect::<Vec<_>>(), [1, 2]);
                assert_eq!(reports[0].sender_id, Some(SENDER));
                assert_eq!(reports[0].body.cvx.value, reports[0].cvx);
                assert_eq!(reports[0].received_at, NOW);
                let record = reports[0].source_record_id;
                assert_eq!(report::of_dose(tx, &granted(), record, "V2^CLINIC7")?.len(), 1);
                let submissions = submission::of_record(tx, &granted(), record)?;
                assert!(submissions[0].row.demographics.is_some() && submissions[1].row.demographics.is_none());
                let messages = message::of_person(tx, &granted(), id, 10)?;
                assert_eq!(messages.iter().map(|m| &*m.control_id).collect::<Vec<_>>(), ["M2", "M1"]);
                let stored = message::get(tx, &granted(), messages[0].id)?.expect("the message");
                assert_eq!(&*stored.body, &*Message::new("M2").body);
                assert_eq!(reporter::of_person(tx, &granted(), id)?[0].submissions, 2);
                Ok(())
            })
            .expect("a reading");
    }

    fn people_are_found_by_the_beginning_of_a_name_and_the_day_of_birth(t) {
        for n in [1, 2, 12] {
            submit(&t.store, n, &Message::new(format!("M{n}"))).expect("a reply");
        }
        let ids: Vec<PersonId> = [1, 2, 12].map(|n| number_of(t, n).0).to_vec();
        let born_on = Some(jiff::civil::date(2020, 1, 15));
        let base = NameSearch { limit: 10, ..NameSearch::default() };
        #[rustfmt::skip]
        let table = [
            // search                                                                           found
            (NameSearch { born_on, ..base.clone() },                                            vec![0, 1, 2]),
            (NameSearch { last: Some(Text::Prefix("DOE1")), ..base.clone() },                   vec![0, 2]),
            (NameSearch { last: Some(Text::Exact("DOE1")), ..base.clone() },                    vec![0]),
            (NameSearch { born_on, first: Some(Text::Prefix("AN")), ..base.clone() },           vec![0, 1, 2]),
            (NameSearch { born_on, first: Some(Text::Exact("AN")), ..base.clone() },            vec![]),
            (NameSearch { first: Some(Text::Exact("ANA")), ..base.clone() },                    vec![]), // not enough
            (NameSearch { last: Some(Text::Prefix("%")), ..base.clone() },                      vec![]),
            (NameSearch { last: Some(Text::Prefix("DOE' OR 1=1 --")), ..base.clone() },         vec![]),
            (NameSearch { born_on, limit: 2, ..base.clone() },                                  vec![0, 1]),
            (NameSearch { born_on, after: Some(ids[1]), ..base.clone() },                       vec![2]),
        ];
        for (search, found) in table {
            let expected: Vec<PersonId> = found.into_iter().map(|at: usize| ids[at]).collect();
            assert_eq!(named(t, &search), expected, "{search:?}");
        }
    }

    fn a_merged_persons_number_leads_to_the_one_that_remained_and_back_after_an_unmerge(t) {
        for n in [1, 2] {
            submit(&t.store, n, &Message::new(format!("M{n}"))).expect("a reply");
        }
        let ((one, one_number), (two, two_number)) = (number_of(t, 1), number_of(t, 2));
        let set = |standing: Standing, key: u8| {
            t.store.propose_and_apply_blocking(Lane::Web, move |_| {
                let mut plan = Plan::new(NOW, UnitKey::Once([key; 32]));
                plan.changes.push(Change::PersonStatus(StatusChange { person_id: two, standing }));
                Ok(plan)
            })
        };
        let leads_to = |number| {
            let found = t.store.peek_blocking(move |tx| person::by_registry_number(tx, &granted(), number));
            found.expect("a reading").map(|person| person.id)
        };
        set(Standing::MergedInto(one), 1).expect("a merge");
        assert_eq!((leads_to(one_number), leads_to(two_number)), (Some(one), Some(one)));
        set(Standing::Active, 2).expect("an unmerge");
        assert_eq!((leads_to(one_number), leads_to(two_number)), (Some(one), Some(two)));
    }

    fn a_medical_record_number_is_looked_up_in_its_organization_and_authority(t) {
        submit(&t.store, 1, &Message::new("M1")).expect("a reply");
        let find = |organization: i64, authority: &'static str, mrn: &'static str| {
            let found = t.store.peek_blocking(move |tx| {
                source_record::find(tx, &granted(), iis_model::OrganizationId(organization), authority, mrn)
            });
            found.expect("a reading").len()
        };
        #[rustfmt::skip]
        let table = [
            (ORGANIZATION.0, "CLINIC7", "A1", 1),
            (ORGANIZATION.0, "CLINIC8", "A1", 0),
            (ORGANIZATION.0, "CLINIC7", "a1", 0),
            (99,             "CLINIC7", "A1", 0),
        ];
        for (organization, authority, mrn, found) in table {
            assert_eq!(find(organization, authority, mrn), found, "{organization} {authority} {mrn}");
        }
    }

    fn a_sender_comes_with_its_sites_and_rotating_secrets(t) {
        let secret = |id: i64| SenderSecret { id, secret_sha256: [9; 32], created_at: NOW, valid_until: None };
        t.store
            .write_blocking(Lane::Web, move |tx| {
                let row = organization::OrganizationRow { id: ORGANIZATION, name: "Sevens".into(), status: "active".into() };
                organization::put(tx, &row)?;
                site::put(tx, &clinic(1, "clinic7"))?;
                site::put(tx, &clinic(2, "CLINIC8"))?;
                let sender = Sender {
                    id: SenderId(1),
                    organization_id: ORGANIZATION,
                    name: "clinic7-ehr".into(),
                    default_site_id: SiteId(1),
                    sites: vec![clinic(1, "").site, clinic(2, "").site],
                    profile: SenderProfile { may_submit: true, ..SenderProfile::default() },
                };
                sender::put(tx, &sender, "active")?;
                sender::rotate_secret(tx, SenderId(1), &secret(1), NOW)?;
                sender::rotate_secret(tx, SenderId(1), &secret(2), NOW + SignedDuration::from_hours(24))
            })
            .expect("a sender");
        let access = t.store.peek_blocking(|tx| sender::by_name(tx, "clinic7-ehr")).expect("a reading").expect("the sender");
        assert_eq!(access.sender.sites.iter().map(|site| &*site.code).collect::<Vec<_>>(), ["CLINIC7", "CLINIC8"]);
        assert!(access.sender.profile.may_submit);
        let ends: Vec<Option<Timestamp>> = access.secrets.iter().map(|secret| secret.valid_until).collect();
        assert_eq!(ends, [Some(NOW + SignedDuration::from_hours(24)), None]);
        let code = t.store.peek_blocking(|tx| site::by_code(tx, "Clinic7")).expect("a reading");
        assert_eq!(code.map(|row| row.site.id), Some(SiteId(1)));
    }

    fn codes_and_names_are_taken_once_whatever_their_case(t) {
        t.store.write_blocking(Lane::Web, |tx| site::put(tx, &clinic(1, "clinic7"))).expect("a site");
        let again = t.store.write_blocking(Lane::Web, |tx| site::put(tx, &clinic(2, "CLINIC7")));
        assert_eq!(again, Err(StoreError::Constraint("site_code".into())));
        t.store.write_blocking(Lane::Web, |tx| account::insert(tx, &account_named(1, "ana"))).expect("an account");
        let again = t.store.write_blocking(Lane::Web, |tx| account::insert(tx, &account_named(2, "ANA")));
        assert_eq!(again, Err(StoreError::Constraint("account_name".into())));
        let same_key = t.store.write_blocking(Lane::Web, |tx| account::insert(tx, &account_named(1, "bob")));
        assert_eq!(same_key, Err(StoreError::Constraint("account_pkey".into())));
    }

    fn a_record_number_beyond_the_limit_is_refused_by_name(t) {
        let outcome = t.store.propose_and_apply_blocking(Lane::Web, |_| {
            let mut plan = Plan::new(NOW, UnitKey::Once([1; 32]));
            plan.changes.push(Change::NewSourceRecord(source_record::NewSourceRecord {
                id: iis_model::SourceRecordId(1),
                organization_id: ORGANIZATION,
                authority: "CLINIC7".into(),
                mrn: "1".repeat(251).into(),
                generation: 1,
                created_at: NOW,
                is_vital: false,
            }));
            Ok(plan)
        });
        assert_eq!(outcome, Err(StoreError::Constraint("source_record_mrn_length".into())));
    }

    fn sessions_end_with_their_time_and_with_their_account(t) {
        let later = NOW + SignedDuration::from_mins(15);
        let row = session::SessionRow {
            token_sha256: [1; 32],
            account_id: AccountId(1),
            csrf: "c".into(),
            created_at: NOW,
            seen_at: NOW,
            expires_at: later,
            channel_info: "".into(),
            stage: None,
            proved_at: None,
            counted_as: None,
            mailbox_at: None,
        };
        t.store.write_blocking(Lane::Web, move |tx| session::insert(tx, &row)).expect("a session");
        let found = |at| t.store.peek_blocking(move |tx| session::get(tx, &[1; 32], at)).expect("a reading").is_some();
        assert!(found(later - SignedDuration::from_secs(1)));
        assert!(!found(later));
        t.store.write_blocking(Lane::Web, |tx| session::delete_of_account(tx, AccountId(1))).expect("signed out");
        assert!(!found(NOW));
    }

    fn a_search_belongs_to_the_account_that_made_it(t) {
        let row = search::SearchRow { id: 5, account_id: AccountId(1), at: NOW, criteria: "{}".into() };
        t.store.write_blocking(Lane::Web, move |tx| search::insert(tx, &row)).expect("a search");
        for (account, found) in [(1, true), (2, false)] {
            let row = t.store.peek_blocking(move |tx| search::get(tx, AccountId(account), 5)).expect("a reading");
            assert_eq!(row.is_some(), found);
        }
    }

    fn row_keys_are_never_given_twice_even_by_two_stores(t) {
        let second = t.open_again();
        let mut keys = std::collections::BTreeSet::new();
        for _ in 0..100_000 {
            for store in [&t.store, &second] {
                let key = loop {
                    match store.ids().take() {
                        Ok(key) => break key,
                        Err(_) => std::thread::yield_now(), // the test is faster than a lease
                    }
                };
                assert!(key > 0 && keys.insert(key));
            }
        }
    }
}
