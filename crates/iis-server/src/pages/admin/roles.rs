//! Who may do what, from the policy that decides it (screens 3.30).

use crate::pages::frame::Frame;
use crate::pages::visitor::{Answer, Visitor, rendered};
use askama::Template;
use iis_model::access::Verb;
use iis_model::access::function::{FURTHER, Function, OUTSIDE, STATE};
use iis_registry::access::matrix::cell;
use iis_registry::access::{Family, Role, Roles, Scope};

/// `GET /admin/roles`
#[derive(Debug, Template)]
#[template(path = "admin/roles.html")]
pub(crate) struct RolesPage {
    pub(crate) frame: Frame,
    /// What the marks of cells mean: mark and meaning.
    pub(crate) legend: Vec<(String, &'static str)>,
    pub(crate) grids: Vec<Grid>,
    /// Whether everybody accepts a user agreement.
    pub(crate) has_agreement: bool,
}

/// Functions by roles.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) id: &'static str,
    pub(crate) caption: &'static str,
    /// Code and title of each role.
    pub(crate) roles: Vec<(String, String)>,
    pub(crate) rows: Vec<GridRow>,
}

/// One function.
#[derive(Debug)]
pub(crate) struct GridRow {
    pub(crate) function: &'static str,
    /// Verb and reach of each role; empty: none.
    pub(crate) cells: Vec<String>,
}

/// `GET /admin/roles`
pub(crate) async fn show(visitor: Visitor) -> Answer {
    let frame = visitor.frame("/admin/roles").titled("Roles and what they may do").helped_by("account");
    let has_agreement = visitor.app.sign_in.agreement.is_some();
    Ok(rendered(&roles_page(frame, &visitor.app.registry.roles, has_agreement)))
}

/// The page of a policy.
pub(crate) fn roles_page(frame: Frame, roles: &Roles, has_agreement: bool) -> RolesPage {
    let of = |family| roles.of_people().map(|(_, role)| role).filter(move |role| role.family == family);
    let (outside, state): (Vec<_>, Vec<_>) = (of(Family::Outside).collect(), of(Family::State).collect());
    let all: Vec<_> = outside.iter().chain(&state).copied().collect();
    let grids = vec![
        grid("outside", "Functions of those outside", &outside, OUTSIDE),
        grid("state", "Functions of the state", &state, STATE),
        grid("further", "Further functions", &all, FURTHER),
    ];
    RolesPage { frame, legend: legend(), grids, has_agreement }
}

fn grid(id: &'static str, caption: &'static str, roles: &[&Role], functions: &[Function]) -> Grid {
    let row = |function: &Function| GridRow {
        function: function.title,
        cells: roles.iter().map(|role| cell(role, function)).collect(),
    };
    let heads = roles.iter().map(|role| (role.code.clone(), role.title.clone())).collect();
    Grid { id, caption, roles: heads, rows: functions.iter().map(row).collect() }
}

/// Verbs, then how far.
fn legend() -> Vec<(String, &'static str)> {
    let verbs = [
        (Verb::Read, "see"),
        (Verb::Write, "create and change"),
        (Verb::Run, "run or print"),
        (Verb::Sign, "sign"),
        (Verb::Approve, "approve"),
    ];
    let verbs = verbs.map(|(verb, meaning)| (verb.letter().to_owned(), meaning));
    let scopes = Scope::ALL.into_iter().map(|(scope, _, mark)| {
        let meaning = match scope {
            Scope::Own => "only what is one’s own",
            Scope::Sample => "a sample of records",
            Scope::Panel => "the patients of the practices one works with",
            Scope::Clinic => "the clinic’s patients and stock",
            Scope::School => "the school’s students",
            Scope::Jurisdiction => "who lives in the jurisdiction",
            Scope::Organization => "the organization with all its sites",
            Scope::State => "the whole state",
        };
        (mark.to_owned(), meaning)
    });
    verbs.into_iter().chain(scopes).collect()
}
