//! `/`: the start of work for whoever is signed in, the doors for everybody else.

use super::drafts::{UnfinishedView, unfinished};
use super::format;
use super::frame::{Frame, Notice};
use super::patients::results::SearchForm;
use super::sites;
use super::visitor::{Answer, Stop, Visitor, rendered};
use askama::Template;
use axum::extract::Query;
use iis_model::access::Permission;
use iis_registry::accounts::RoleAssignment;
use iis_registry::directory::{Directory, directory};
use iis_registry::enrollment::{self, SiteStanding, State};
use iis_registry::people::emergency;
use iis_registry::sessions::Session;
use iis_registry::{news, requests, review, staff, tickets};
use serde::Deserialize;

/// `GET /` for nobody.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub(crate) struct StartPage {
    pub(crate) frame: Frame,
    /// `http://localhost:8080`: before the addresses of the doors for machines.
    pub(crate) origin: String,
}

/// `GET /` for somebody signed in.
#[derive(Debug, Template)]
#[template(path = "today.html")]
pub(crate) struct TodayPage {
    pub(crate) frame: Frame,
    pub(crate) today: String,
    pub(crate) may_search: bool,
    pub(crate) form: SearchForm,
    /// Sites of this person that are closed, or will be.
    pub(crate) standing: Vec<Notice>,
    /// Forms that this person did not finish.
    pub(crate) unfinished: Vec<UnfinishedView>,
    /// What waits for this person.
    pub(crate) tasks: Vec<Task>,
    /// News for this person's roles.
    pub(crate) news: Vec<String>,
    pub(crate) roles: Vec<RoleView>,
    /// `Last sign-in: 03/01/2026 4:02 PM EST.`
    pub(crate) last_sign_in: String,
}

/// Work that waits.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) href: String,
    /// `97 possible duplicates wait for an answer`
    pub(crate) text: String,
}

/// A role of the account.
#[derive(Debug, Clone)]
pub(crate) struct RoleView {
    pub(crate) title: String,
    pub(crate) site: String,
    pub(crate) purpose: String,
}

/// What was done on the page before.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /`
pub(crate) async fn start(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    if visitor.has_session() {
        return today(&visitor, &done.done).await;
    }
    let frame = visitor.frame("/").titled("Immunization registry");
    Ok(rendered(&StartPage { frame, origin: visitor.app.public_url() }))
}

async fn today(visitor: &Visitor, done: &str) -> Answer {
    let session = visitor.session()?;
    let zone = &visitor.app.registry.identity.zone;
    let names = directory(&visitor.app.registry, &visitor.arrival).await;
    let names = names.map_err(|failure| visitor.failed(&failure))?;
    let (kind, text) = match done {
        "password" => {
            ("success", "Your password is changed. Other browsers that used the old one are signed out.")
        }
        "withdrawn" => {
            ("info", "The site is withdrawn. Its people can read for a while and are then locked out of it.")
        }
        "discarded" => ("success", "The form is discarded. What was typed into it is gone."),
        _ => ("", ""),
    };
    let notice = (!text.is_empty()).then(|| Notice { kind, text: text.to_owned() });
    let news = news::for_account(&visitor.app.registry, &session.account, visitor.arrival.today).await;
    let news = news.map_err(|failure| visitor.failed(&failure))?;
    let last = session.account.last_sign_in_at.map(|at| format::moment(at, zone));
    let page = TodayPage {
        frame: visitor.frame("/").titled("Today").noticed(notice),
        today: format::long_date(visitor.arrival.today),
        may_search: visitor.may_search(),
        form: SearchForm { csrf: visitor.csrf(), ..SearchForm::default() },
        standing: standing(visitor, &names).await?,
        unfinished: unfinished(visitor).await?,
        tasks: tasks(visitor, &names).await?,
        news: news.into_iter().map(|one| one.text.into()).collect(),
        roles: roles(visitor, session, &names),
        last_sign_in: last.map(|at| format!("Last sign-in: {at}.")).unwrap_or_default(),
    };
    Ok(rendered(&page))
}

/// What is to be known of sites of one's own that are closed, or will be: since when, until when, who renews.
async fn standing(visitor: &Visitor, names: &Directory) -> Result<Vec<Notice>, Stop> {
    let found = enrollment::standing_of(&visitor.app.registry, visitor.sites()).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let name =
        |one: &SiteStanding| names.site(one.site_id).map(|site| site.name.to_string()).unwrap_or_default();
    Ok(found.iter().map(|one| told(&name(one), one)).collect())
}

/// A site that is closed, or will be, in words.
pub(crate) fn told(name: &str, one: &SiteStanding) -> Notice {
    let why = one.state.title().to_lowercase();
    let renews = match one.state {
        State::Suspended => "Staff of the registry lift the suspension.".to_owned(),
        State::Withdrawn => "Its enrollment was taken back.".to_owned(),
        _ => format!(
            "{} renews it; who prepares or signs its agreement finds it under Agreement.",
            one.contact
        ),
    };
    let (kind, text) = match (one.closed_on, one.locked_on, one.ends_on) {
        (Some(closed), Some(locked), _) => (
            "error",
            format!(
                "{name} is closed since {} ({why}): nothing can be changed there. From {} its people cannot read there \
                 either. {renews}",
                format::date(closed),
                format::date(locked)
            ),
        ),
        (Some(closed), None, _) => (
            "error",
            format!(
                "{name} is closed since {} ({why}), and its people are locked out of it. {renews}",
                format::date(closed)
            ),
        ),
        (None, _, Some(ends)) => (
            "warning",
            format!("{name} will be closed on {} if it is not renewed. {renews}", format::date(ends)),
        ),
        (None, _, None) => ("warning", format!("{name}: {why}. {renews}")),
    };
    Notice { kind, text }
}

/// The work of this person's roles that waits.
async fn tasks(visitor: &Visitor, names: &Directory) -> Result<Vec<Task>, Stop> {
    let (registry, failed) = (&visitor.app.registry, |failure| visitor.failed(&failure));
    let mut tasks = Vec::new();
    for id in registry.roles.stood_in_for(&visitor.session()?.account).collect::<Vec<_>>() {
        let Some(site) = names.site(id) else { continue };
        if staff::lacks_backup(registry, site).await.map_err(failed)? {
            let text = format!("{} has no backup vaccine coordinator on its staff list", site.name);
            tasks.push(Task { href: sites::at("/clinic/staff", site), text });
        }
        if let Ok(granted) = visitor.granted(Permission::KeepClinic)
            && granted.reach().covers_site(id, site.organization_id)
        {
            let done =
                staff::done_as_backup(registry, &granted, site, visitor.arrival).await.map_err(failed)?;
            let number = i64::try_from(done.len()).unwrap_or(i64::MAX);
            let (one, many) =
                ("thing was done in your place as backup", "things were done in your place as backup");
            tasks.extend(task(&sites::at("/clinic/staff#as-backup", site), number, one, many));
        }
    }
    if visitor.may(Permission::ReviewEmergencies) {
        let waiting = emergency::waiting(registry).await.map_err(failed)?;
        let (one, many) = (
            "record opened in an emergency waits for its review",
            "records opened in an emergency wait for their review",
        );
        tasks.extend(task("/admin/emergencies", waiting, one, many));
    }
    if let Ok(granted) = visitor.granted(Permission::ResolveDuplicates) {
        let open = review::open(registry, granted).await.map_err(failed)?;
        let (one, many) =
            ("possible duplicate waits for an answer", "possible duplicates wait for an answer");
        tasks.extend(task("/patients/duplicates", open, one, many));
    }
    if visitor.may(Permission::ReviewRequests) {
        let waiting = requests::waiting(registry).await.map_err(failed)?;
        let (one, many) = ("request for an account waits", "requests for accounts wait");
        tasks.extend(task("/help/requests", counted(waiting), one, many));
    }
    if visitor.may(Permission::ManageAccounts) {
        let waiting = staff::unanswered(registry, visitor.arrival).await.map_err(failed)?.len();
        let (one, many) = (
            "organization has nobody who says which users are still there",
            "organizations have nobody who says which users are still there",
        );
        tasks.extend(task("/help/accounts", counted(waiting), one, many));
    }
    if visitor.may(Permission::ReviewEnrollments) {
        let waiting = enrollment::queue(registry).await.map_err(failed)?.len();
        let (one, many) = ("enrollment waits for review", "enrollments wait for review");
        tasks.extend(task("/help/enrollments", counted(waiting), one, many));
    }
    if visitor.may(Permission::AnswerTickets) {
        let waiting = tickets::waiting(registry).await.map_err(failed)?.len();
        let (one, many) = ("question waits for an answer", "questions wait for an answer");
        tasks.extend(task("/help/tickets", counted(waiting), one, many));
    }
    if let Ok(granted) = visitor.granted(Permission::ApproveAccounts) {
        let account = visitor.session()?.account.id;
        let waiting = requests::to_approve(registry, &granted, account, visitor.arrival).await;
        let waiting = waiting.map_err(failed)?.len();
        let (one, many) =
            ("request for an account waits for your approval", "requests wait for your approval");
        tasks.extend(task("/admin/accounts", counted(waiting), one, many));
    }
    if visitor.may(Permission::RecertifyUsers) {
        let account = visitor.session()?.account.id;
        let waiting = staff::to_confirm(registry, account).await.map_err(failed)?;
        let (one, many) =
            ("user waits for you to say who is still there", "users wait for you to say who is still there");
        tasks.extend(task("/admin/accounts", counted(waiting), one, many));
    }
    Ok(tasks)
}

fn counted(waiting: usize) -> i64 {
    i64::try_from(waiting).unwrap_or(i64::MAX)
}

/// So much work, in words; none: there is none.
fn task(href: &str, waiting: i64, one: &str, many: &str) -> Option<Task> {
    let words = if waiting == 1 { one } else { many };
    (waiting > 0).then(|| Task { href: href.to_owned(), text: format!("{waiting} {words}") })
}

fn roles(visitor: &Visitor, session: &Session, names: &Directory) -> Vec<RoleView> {
    let view = |assignment: &RoleAssignment| {
        let role = visitor.app.registry.roles.get(&assignment.role)?;
        Some(RoleView {
            title: role.title.clone(),
            site: names.place(assignment.place).to_owned(),
            purpose: role.purpose.clone(),
        })
    };
    session.account.roles.iter().filter_map(view).collect()
}
