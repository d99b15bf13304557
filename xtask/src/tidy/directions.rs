//! Dependencies go one way and never sideways, as `ARCHITECTURE.md` draws them.

use super::Remark;
use serde_json::Value;

/// One room: what it may use, and what only its tests and benches may use besides.
struct Room {
    name: &'static str,
    uses: &'static [&'static str],
}

/// The drawing, from the bottom up.
#[rustfmt::skip]
const ROOMS: &[Room] = &[
    Room { name: "iis-model",    uses: &[] },
    Room { name: "iis-codes",    uses: &["iis-model"] },
    Room { name: "iis-hl7",      uses: &["iis-model"] },
    Room { name: "iis-fhir",     uses: &["iis-model"] },
    Room { name: "iis-cdsi",     uses: &["iis-model"] },
    Room { name: "iis-quality",  uses: &["iis-model", "iis-codes"] },
    Room { name: "iis-matching", uses: &["iis-model"] },
    Room { name: "iis-store",    uses: &["iis-model"] },
    Room { name: "iis-print",    uses: &["iis-model"] },
    Room { name: "iis-registry", uses: &["iis-model", "iis-codes", "iis-hl7", "iis-fhir", "iis-cdsi", "iis-quality", "iis-matching", "iis-store"] },
    Room { name: "iis-synth",    uses: &["iis-model", "iis-hl7"] },
    Room { name: "iis-server",   uses: &["iis-model", "iis-codes", "iis-hl7", "iis-fhir", "iis-cdsi", "iis-quality", "iis-matching", "iis-store",
                                         "iis-registry", "iis-print", "iis-synth"] },
    Room { name: "xtask",        uses: &[] },
];

/// What only some rooms may use, tests aside: SQL in the store, HTTP and HTML in the server, no clock,
/// randomness or I/O in the pure ones.
#[rustfmt::skip]
const RESERVED: &[(&str, &[&str])] = &[
    ("rusqlite",       &["iis-store"]),
    ("tokio-postgres", &["iis-store"]),
    ("axum",           &["iis-server"]),
    ("hyper",          &["iis-server"]),
    ("askama",         &["iis-server"]),
    ("clap",           &["iis-server"]),
    ("getrandom",      &["iis-server"]),
    ("tokio",          &["iis-store", "iis-registry", "iis-server", "iis-synth"]),
    ("tracing",        &["iis-store", "iis-registry", "iis-server"]),
    ("typst",          &["iis-print"]),
    ("anyhow",         &["iis-server", "iis-synth", "xtask"]),
];

pub(super) fn look(metadata: &Value) -> Vec<Remark> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages.iter().filter(|package| package["source"].is_null()).flat_map(of_package).collect()
}

fn of_package(package: &Value) -> Vec<Remark> {
    let name = text(&package["name"]);
    let place = format!("crates/{name}");
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![Remark::failure(
            place,
            "is not drawn; draw it in ARCHITECTURE.md and in xtask/src/tidy/directions.rs",
        )];
    };
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_kind =
        |is_dev: bool| dependencies.iter().filter(move |one| (text(&one["kind"]) == "dev") == is_dev);
    let mut remarks = Vec::new();
    for used in of_kind(false).map(|one| text(&one["name"])) {
        if is_room(used) && !room.uses.contains(&used) {
            remarks.push(Remark::failure(&*place, format!("depends on {used}, an edge that is not drawn")));
        }
        if let Some((_, may)) =
            RESERVED.iter().find(|(reserved, may)| *reserved == used && !may.contains(&name))
        {
            remarks.push(Remark::failure(
                &*place,
                format!("depends on {used}, which is for {}", may.join(", ")),
            ));
        }
    }
    for used in of_kind(true).map(|one| text(&one["name"])) {
        if is_room(used) && !may_test_with(room, used) {
            remarks.push(Remark::failure(
                &*place,
                format!("its tests depend on {used}, which lies above or beside it"),
            ));
        }
    }
    remarks
}

/// Tests may use what the code may, the invented people, and xtask's anything.
fn may_test_with(room: &Room, used: &str) -> bool {
    room.uses.contains(&used) || used == room.name || used == "iis-synth" || room.name == "xtask"
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|room| room.name == name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::look;
    use serde_json::json;

    #[test]
    fn an_edge_that_is_not_drawn_is_noticed() {
        #[rustfmt::skip]
        let table = [
            // package        depends on      kind           remarks
            ("iis-registry", "iis-store",     json!(null),    0),
            ("iis-store",    "iis-registry",  json!(null),    1),
            ("iis-cdsi",     "iis-matching",  json!(null),    1),
            ("iis-cdsi",     "iis-matching",  json!("dev"),   1),
            ("iis-hl7",      "iis-synth",     json!("dev"),   0),
            ("iis-hl7",      "iis-synth",     json!("build"), 1),
            ("iis-hl7",      "tokio",         json!(null),    1),
            ("iis-hl7",      "tokio",         json!("dev"),   0),
            ("iis-server",   "rusqlite",      json!(null),    1),
            ("iis-attic",    "serde",         json!(null),    1),
        ];
        for (package, used, kind, remarks) in table {
            let metadata = json!({"packages": [
                {"name": package, "source": null, "dependencies": [{"name": used, "kind": kind}]},
                {"name": "elsewhere", "source": "registry", "dependencies": [{"name": "iis-model", "kind": null}]},
            ]});
            assert_eq!(look(&metadata).len(), remarks, "{package} {used}");
        }
    }
}
