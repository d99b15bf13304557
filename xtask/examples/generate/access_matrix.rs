//! The access matrix: every function, every role, from `policy/roles.toml`.

use crate::markdown::Table;
use anyhow::{Context, Result};
use iis_model::access::Area;
use iis_model::access::function::{FURTHER, Function, MACHINES, OUTSIDE, STATE};
use iis_registry::access::matrix::{cell, variant};
use iis_registry::access::{CONDITIONS, Family, Role, Roles, Scope};

/// The columns, in the order of the access tables.
const OUTSIDE_CODES: &[&str] = &["PVC", "BVC", "CLN", "ENR", "LKP", "SCH", "HDD", "SAD"];
const STATE_CODES: &[&str] = &["HLP", "VPR", "IFA", "DQA", "EPI", "QIM", "PRV", "SYS", "AUD"];

pub(crate) fn page() -> Result<String> {
    let roles = Roles::built_in()?;
    let outside = columns(&roles, Family::Outside, OUTSIDE_CODES)?;
    let state = columns(&roles, Family::State, STATE_CODES)?;
    let machines = columns(&roles, Family::Machine, &["SND"])?;
    let people: Vec<_> = outside.iter().chain(&state).copied().collect();
    Ok(format!(
        "# Who may do what\n\nFrom `policy/roles.toml`, which a state may change; a test holds it against the access tables of both \
         source states, cell by cell. A cell is a verb and a reach. Verbs: R see, W create and change (seeing is implied), X run, \
         G sign, A approve. {}\n\n## Modules\n\n{}\n## Functions of those outside\n\n{}\n## Functions of the state\n\n{}\n\
         ## Further functions\n\n{}\n## Machines\n\n{}",
        legend(),
        modules(&outside),
        table(&outside, OUTSIDE),
        table(&state, STATE),
        table(&people, FURTHER),
        table(&machines, MACHINES),
    ))
}

fn columns<'a>(roles: &'a Roles, family: Family, codes: &[&str]) -> Result<Vec<&'a Role>> {
    let named = codes.iter().map(|code| {
        let found = roles.all().find(|(_, role)| role.code == *code && role.family == family);
        found.map(|(_, role)| role).with_context(|| format!("the policy has no role {code} of that family"))
    });
    let mut columns = named.collect::<Result<Vec<_>>>()?;
    let own = roles.all().map(|(_, role)| role);
    columns.extend(own.filter(|role| role.family == family && !codes.contains(&&*role.code)));
    Ok(columns)
}

fn legend() -> String {
    let scopes: Vec<_> = Scope::ALL.iter().map(|(_, word, mark)| format!("{mark} {word}")).collect();
    let conditions: Vec<_> = CONDITIONS.iter().map(|(.., text)| *text).collect();
    format!("Reaches: {}. Conditions: {}.", scopes.join(", "), conditions.join("; "))
}

fn modules(roles: &[&Role]) -> String {
    let mut table = Table::new(&[
        "type of access",
        "code",
        "Patient Management",
        "Inventory Management",
        "Clinic Tools",
        "Reports",
    ]);
    for role in roles {
        let variant = |area| variant(role, area).words();
        let areas = [Area::Patients, Area::Inventory, Area::Clinic, Area::Reports].map(variant);
        table.row(&[&role.title, &role.code, areas[0], areas[1], areas[2], areas[3]]);
    }
    table.text()
}

fn table(roles: &[&Role], functions: &[Function]) -> String {
    let headings: Vec<&str> =
        std::iter::once("function").chain(roles.iter().map(|role| &*role.code)).collect();
    let mut table = Table::new(&headings);
    for function in functions {
        let cells = roles.iter().map(|role| match cell(role, function) {
            text if text.is_empty() => "—".to_owned(),
            text => text,
        });
        let row: Vec<String> = std::iter::once(function.title.to_owned()).chain(cells).collect();
        table.row(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    table.text()
}
