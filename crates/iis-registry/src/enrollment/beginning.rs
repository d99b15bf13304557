//! Beginning an enrollment: of a site that is none yet, by anybody; and of one that was set up without an agreement, by whoever
//! prepares the agreements there (S-54, decision 0062).

use super::standing::{LETTER, inside};
use super::{Application, Enrollment, Outdated, State};
use crate::access::Refused;
use crate::cases::again::NO_MORE_LETTERS;
use crate::cases::once::once;
use crate::cases::{By, Keys};
use crate::mail::may_ask;
use crate::names::{composed, is_name_of_person, is_name_of_place, is_showable};
use crate::staff::administrators_of;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{EmailAddress, SiteId};
use iis_store::site::{self, SiteRow};
use iis_store::worker::{self, WorkerRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, closed_site, organization, outbox};

/// Holds what was written to what a form of an enrollment asks for, and composes the names.
pub(super) fn checked(mut application: Application) -> Result<Application, Failure> {
    let written = [&mut application.organization, &mut application.site, &mut application.address];
    for name in written {
        if !is_showable(name) {
            return Err(Failure::Rule("Enter the organization, the site and its address, each in one line."));
        }
        if !is_name_of_place(name) {
            return Err(Failure::Rule(
                "A name has signs that are not seen, or a word of letters of two scripts. Type it anew: do not copy it.",
            ));
        }
        *name = composed(name).into();
    }
    if !is_name_of_person(&application.contact) || !is_name_of_person(&application.administrator) {
        return Err(Failure::Rule("Enter names as first and last name: letters, spaces, dots, dashes."));
    }
    if application.administrator_email.parse::<EmailAddress>().is_err() {
        return Err(Failure::Rule(
            "Enter the site administrator's e-mail address, such as name@clinic.example.",
        ));
    }
    for name in [&mut application.contact, &mut application.administrator] {
        *name = composed(name).into();
    }
    Ok(application)
}

/// Begins an enrollment: the contact gets the link to its page.
pub async fn begin(
    cx: &Context,
    email: &EmailAddress,
    application: Application,
    arrival: Arrival,
) -> Result<i64, Failure> {
    let application = checked(application)?;
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2, email) = (cx.store.ids().take()?, cx.clone(), email.clone());
    let entry = arrival.by_nobody("begin-enrollment");
    let begun = cx.store.write(Lane::Web, move |tx| {
        once(tx, &arrival, |tx| {
            if !may_ask(tx, &cx2, &email, LETTER, arrival.at)? {
                return Ok(Err(NO_MORE_LETTERS));
            }
            let by = By { actor: &application.contact, reason: "", at: arrival.at };
            let case = Enrollment::open(tx, id, &email, State::Draft, application.clone(), by)?;
            let letter = Enrollment::letter(&cx2, &keys, &case);
            outbox::insert(tx, &letter.to(&cx2, &email, arrival.at).map_err(inside)?)?;
            tx.audit(&entry.clone().detail(format!("enrollment {}", case.number)))?;
            Ok(Ok(case.number))
        })
    });
    begun.await?
}

/// What the first agreement of a site that is there says beyond what the registry knows of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAgreement {
    /// Where the site is, in one line.
    pub address: Box<str>,
    /// Who approves the accounts of the organization: name.
    pub administrator: Box<str>,
    /// And address for mail.
    pub administrator_email: Box<str>,
}

const BEGUN_ALREADY: Failure = Failure::Rule(
    "The site has an enrollment already. It is on this page now: sign its papers and send it in.",
);
const IS_CLOSED: Failure =
    Failure::Rule("The site is closed. Its agreement is not begun here: ask the Help Desk by a ticket.");
const NO_ADDRESS: Failure = Failure::Rule(
    "Nothing was begun: the registry has no e-mail address for you, and letters about the agreement go to whoever begins it. Set one \
     under Your account.",
);

/// What the form of a first agreement says before anybody writes: the town, and the site administrator if there is one alone.
/// None: there is nothing to begin, since the site has an enrollment or is closed.
pub async fn first_agreement(
    cx: &Context,
    granted: &Granted,
    site: &Site,
) -> Result<Option<FirstAgreement>, Failure> {
    within(granted, site)?;
    let (id, owner) = (site.id, site.organization_id);
    let read = cx.store.read(move |tx| {
        if refusal(tx, id)?.is_some() {
            return Ok(None);
        }
        let known = administrators_of(tx, owner)?;
        let one = if let [one] = known.as_slice() { Some(one) } else { None };
        let address = one.and_then(|one| one.email.as_ref()).map(|email| email.as_str().into());
        Ok(Some(FirstAgreement {
            address: site::town(tx, id)?,
            administrator: one.map(|one| one.name.clone()).unwrap_or_default(),
            administrator_email: address.unwrap_or_default(),
        }))
    });
    Ok(read.await?)
}

/// Begins the enrollment of a site that is there and has none: the same papers, the same review; no second site is made.
/// Whoever begins it is its contact and gets the link to its page.
pub async fn begin_at_site(
    cx: &Context,
    granted: &Granted,
    site: &Site,
    written: FirstAgreement,
    arrival: Arrival,
) -> Result<i64, Failure> {
    within(granted, site)?;
    let Some(account) = granted.actor().account_id() else { return Err(NO_ADDRESS) };
    let site_id = site.id;
    let read = cx.store.read(move |tx| {
        let Some(row) = site::get(tx, site_id)? else { return Ok(None) };
        let owner = organization::get(tx, row.site.organization_id)?;
        Ok(Some((row, owner.map(|row| row.name).unwrap_or_default(), worker::of_account(tx, account)?)))
    });
    let Some((row, organization, whose)) = read.await? else { return Err(Refused.into()) };
    let Some((contact, email)) =
        whose.and_then(|WorkerRow { name, email, .. }| Some((name, email.parse().ok()?)))
    else {
        return Err(NO_ADDRESS);
    };
    let application = checked(application_of(&row, organization, contact, written))?;
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2): (_, Context) = (cx.store.ids().take()?, cx.clone());
    let entry = AuditEntry::of(granted, arrival.at).action("begin-enrollment");
    let begun = cx.store.write(Lane::Web, move |tx| {
        site::hold(tx, site_id)?; // of two who begin at one moment the second sees what the first began
        if let Some(refused) = refusal(tx, site_id)? {
            return Ok(Err(refused));
        }
        let by = By { actor: &application.contact, reason: "", at: arrival.at };
        let mut case = Enrollment::open(tx, id, &email, State::Draft, application.clone(), by)?;
        case.site_id = Some(site_id);
        case.save(tx)?;
        let letter = Enrollment::letter(&cx2, &keys, &case);
        outbox::insert(tx, &letter.to(&cx2, &email, arrival.at).map_err(inside)?)?;
        tx.audit(&entry.clone().detail(format!("enrollment {}, site {}", case.number, site_id.0)))?;
        Ok(Ok(case.number))
    });
    begun.await?
}

fn within(granted: &Granted, site: &Site) -> Result<(), Failure> {
    let is_theirs = granted.reach().covers_site(site.id, site.organization_id);
    if is_theirs { Ok(()) } else { Err(Refused.into()) }
}

/// Why no first agreement of a site begins now. One that was taken back before it was approved leaves room for another.
fn refusal(tx: &mut Tx<'_>, site: SiteId) -> Result<Option<Failure>, StoreError> {
    if closed_site::get(tx, site)?.is_some() {
        return Ok(Some(IS_CLOSED));
    }
    let is_over = |case: &Enrollment| case.state == State::Withdrawn && case.is_first_of_known_site();
    Ok(Enrollment::of_site(tx, site)?.filter(|case| !is_over(case)).map(|_| BEGUN_ALREADY))
}

fn application_of(
    row: &SiteRow,
    organization: Box<str>,
    contact: Box<str>,
    written: FirstAgreement,
) -> Application {
    Application {
        organization,
        site: row.site.name.clone(),
        kind: row.site.kind,
        address: written.address,
        contact,
        administrator: written.administrator,
        administrator_email: written.administrator_email,
        is_program: row.site.pin.is_some(),
        confirmed_at: None,
        renew_on: None,
        renewing_since: None,
        renewal_letters: 0,
        outdated: Outdated::default(),
    }
}
