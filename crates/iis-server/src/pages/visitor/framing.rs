//! What surrounds a page: who is signed in, the navigation with what they may open, when the session ends.

use super::{Visitor, percent_encoded};
use crate::app::App;
use crate::pages::drafts;
use crate::pages::format;
use crate::pages::frame::{Frame, NavigationItem, SignedInView, SiteText};
use iis_model::access::Permission;
use iis_registry::access::Module;
use iis_registry::sessions::Session;
use std::sync::Arc;

/// So many seconds somebody who types without script has to send the form after the session ended.
const TIME_TO_SEND: i64 = 600;

impl Visitor {
    /// The frame of a page below this item of the navigation.
    pub(crate) fn frame(&self, current: &str) -> Frame {
        let zone = &self.app.registry.identity.zone;
        Frame {
            title: String::new(),
            heading: String::new(),
            site: Arc::new(site_text(&self.app)),
            signed_in: self
                .session
                .as_deref()
                .filter(|s| !s.account.must_change && s.owes.is_none())
                .map(|s| self.signed_in(s, current)),
            crumbs: Vec::new(),
            notice: None,
            help: "today",
            is_compact: self.is_compact,
            has_shortcuts: self.has_shortcuts,
            printed_at: format::moment(self.arrival.at, zone),
        }
    }

    fn signed_in(&self, session: &Session, current: &str) -> SignedInView {
        let zone = &self.app.registry.identity.zone;
        let mut titles: Vec<_> =
            self.app.registry.roles.of(&session.account).map(|role| role.title.as_str()).collect();
        titles.dedup(); // one role at several sites
        let seconds = session.expires_at.duration_since(self.arrival.at).as_secs();
        SignedInView {
            name: session.account.display_name.to_string(),
            roles: titles.join(", "),
            acting_at: self.acting_at.clone(),
            closed: self.closed.clone(),
            csrf: session.csrf.to_string(),
            may_search: self.may_search(),
            navigation: self.navigation(session, current),
            seconds,
            leaves_after: if drafts::is_shown_on(&self.page) { seconds + TIME_TO_SEND } else { seconds },
            here: percent_encoded(self.way_back()),
            ends_at: format::time_of_day(session.expires_at, zone),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }

    fn navigation(&self, session: &Session, current: &str) -> Vec<NavigationItem> {
        let modules = self.app.registry.roles.modules_of(&session.account);
        let patients = modules.contains(&Module::Patients) && self.may_search();
        let inventory = modules.contains(&Module::Inventory) && self.may(Permission::ViewInventory);
        let duplicates = self.may(Permission::ResolveDuplicates);
        let items = [
            (true, "Today", "/"),
            (patients, "Patients", "/patients"),
            (inventory, "Inventory", "/inventory"),
            (duplicates, "Duplicates", "/patients/duplicates"),
            (self.may(Permission::ReadMessages), "Messages", "/interfaces/messages"),
            (self.may(Permission::ReviewRequests), "Requests", "/help/requests"),
            (self.may(Permission::ViewEnrollments), "Enrollments", "/help/enrollments"),
            (self.may(Permission::AnswerTickets), "Tickets", "/help/tickets"),
            (self.has_own_tickets(), "Your tickets", "/tickets"),
            (self.may_at_site(Permission::KeepClinic), "Staff list", "/clinic/staff"),
            (self.may_at_site(Permission::PrepareAgreement), "Agreement", "/clinic/agreement"),
            (self.may_at_site(Permission::RecertifyUsers), "Accounts", "/admin/accounts"),
            (self.may_at_site(Permission::ApproveAccounts), "Site enrollment", "/admin/enrollment"),
            (self.may(Permission::KeepTraining), "Training", "/admin/training"),
            (self.may(Permission::PublishNews), "News", "/admin/news"),
            (self.may(Permission::ViewAccounts), "User accounts", "/help/accounts"),
            (self.may(Permission::ManageAccounts), "Mail", "/admin/mail"),
            (self.may(Permission::ViewAccounts), "Roles", "/admin/roles"),
            (self.may(Permission::ReadAudit), "Audit", "/admin/audit"),
            (self.may(Permission::ReviewEmergencies), "Emergencies", "/admin/emergencies"),
        ];
        let shown = items.into_iter().filter(|(is_there, ..)| *is_there);
        shown.map(|(_, label, href)| NavigationItem { label, href, is_current: href == current }).collect()
    }
}

fn site_text(app: &App) -> SiteText {
    let identity = &app.config.identity;
    let name = &app.registry.identity.name;
    SiteText {
        name: format!("{name} IIS").replace("IIS IIS", "IIS"),
        jurisdiction: name.to_string(),
        help_phone: identity.help_phone.clone(),
        version: format!("OpenIIS {}", env!("CARGO_PKG_VERSION")),
        environment: identity.environment.to_uppercase(),
        is_read_only: app.config.read_only,
    }
}
