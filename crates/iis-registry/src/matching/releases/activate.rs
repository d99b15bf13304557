//! Putting weights in force, once it is known what they do.

use super::{BUILT_IN, IN_FORCE, Measured, Shadow, WeightsFailure, entry, get};
use crate::{Context, Failure};
use iis_matching::Weights;
use iis_model::Timestamp;
use iis_store::match_release::{self, ReleaseRow};
use iis_store::{Lane, setting};

/// Puts weights in force. Those that were in force before, and those that ship with the program, at once; others when
/// they were measured and tried on all stored persons beside the ones in force now. Where they linked more falsely than
/// those, only with a reason.
pub async fn activate(
    cx: &Context,
    version: i64,
    despite: Option<&str>,
    at: Timestamp,
) -> Result<(), Failure> {
    let built_in = Weights::default();
    let (name, weights) = if version == built_in.version {
        (BUILT_IN.into(), built_in)
    } else {
        let (row, weights) = get(cx, version).await?;
        let in_force = cx.matching.now().weights.version;
        if row.in_force_since.is_none()
            && let Some(why) = missing(&row, in_force, despite.is_some())
        {
            return Err(WeightsFailure::NotYet { version, why }.into());
        }
        (row.name, weights)
    };
    let reason =
        despite.map_or(String::new(), |reason| format!(", although they link more falsely: {reason}"));
    let entry = entry(at, "activate-match-weights", &format!("{version} {name}{reason}"));
    cx.store
        .write(Lane::Web, move |tx| {
            setting::put(tx, IN_FORCE, &version.to_string())?;
            match_release::put_in_force(tx, version, at)?;
            tx.audit(&entry)
        })
        .await?;
    cx.matching.put_weights(weights);
    Ok(())
}

/// What must be done before these weights may be put in force; none: nothing.
fn missing(row: &ReleaseRow, in_force: i64, despite: bool) -> Option<String> {
    let version = row.version;
    let Ok(measured) = serde_json::from_str::<Measured>(&row.measured) else {
        return Some(format!("nobody measured them; openiis match weights measure {version} RECORDS TRUTH"));
    };
    if measured.beside != in_force {
        return Some(format!(
            "they were measured beside weights {}, and {in_force} are in force; measure them again",
            measured.beside
        ));
    }
    let (these, now) = (&measured.these, &measured.in_force);
    if !despite && these.linked_twins > now.linked_twins {
        return Some(format!(
            "they link {} pairs of twins on the labelled file, those in force {}",
            these.linked_twins, now.linked_twins
        ));
    }
    if !despite && these.precision < now.precision {
        return Some(format!(
            "of the pairs they link on the labelled file {:.5} are right, of those in force {:.5}",
            these.precision, now.precision
        ));
    }
    match serde_json::from_str::<Shadow>(&row.shadowed) {
        Err(_) => {
            Some(format!("nobody tried them on the stored persons; openiis match weights shadow {version}"))
        }
        Ok(shadow) if shadow.beside != in_force => Some(format!(
            "they were tried beside weights {}, and {in_force} are in force; try them again",
            shadow.beside
        )),
        Ok(shadow) if !shadow.is_done => Some(format!(
            "trying them on the stored persons is not finished; openiis match weights shadow {version}"
        )),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::matching::releases::{Figures, Measured, Shadow};
    use iis_model::Timestamp;
    use iis_store::match_release::ReleaseRow;

    fn row(measured: Option<Measured>, shadow: Option<Shadow>) -> ReleaseRow {
        ReleaseRow {
            version: 3,
            name: "spring".into(),
            body: "".into(),
            sha256: [0; 32],
            imported_at: Timestamp::UNIX_EPOCH,
            imported_by: "openiis".into(),
            measured: measured.map_or(String::new(), |it| serde_json::to_string(&it).expect("JSON")).into(),
            shadowed: shadow.map_or(String::new(), |it| serde_json::to_string(&it).expect("JSON")).into(),
            in_force_since: None,
        }
    }

    fn measured(beside: i64, precision: f64, linked_twins: usize) -> Measured {
        let in_force = Figures {
            records: 10,
            precision: 0.9995,
            recall: 0.8,
            recall_with_review: 0.98,
            suggestions_per_hundred: 5.0,
            linked_falsely: 1,
            linked_twins: 0,
        };
        let these = Figures { precision, linked_twins, ..in_force };
        Measured { at: Timestamp::UNIX_EPOCH, file: "ab".into(), beside, these, in_force }
    }

    fn shadow(beside: i64, is_done: bool) -> Shadow {
        let mut shadow = Shadow::new(3, beside);
        shadow.is_done = is_done;
        shadow
    }

    #[test]
    fn weights_are_put_in_force_when_it_is_known_what_they_do() {
        #[rustfmt::skip]
        let table = [
            // measured                      tried                   despite  why not
            (None,                           None,                   false, Some("nobody measured")),
            (Some(measured(1, 0.9996, 0)),   Some(shadow(2, true)),  false, Some("measured beside weights 1")),
            (Some(measured(2, 0.9996, 0)),   None,                   false, Some("nobody tried")),
            (Some(measured(2, 0.9996, 0)),   Some(shadow(1, true)),  false, Some("tried beside weights 1")),
            (Some(measured(2, 0.9996, 0)),   Some(shadow(2, false)), false, Some("not finished")),
            (Some(measured(2, 0.9996, 0)),   Some(shadow(2, true)),  false, None),
            (Some(measured(2, 0.9994, 0)),   Some(shadow(2, true)),  false, Some("are right")),
            (Some(measured(2, 0.9996, 1)),   Some(shadow(2, true)),  false, Some("pairs of twins")),
            (Some(measured(2, 0.9994, 1)),   Some(shadow(2, true)),  true,  None),
            (None,                           Some(shadow(2, true)),  true,  Some("nobody measured")),
        ];
        for (measured, tried, despite, why) in table {
            let row = row(measured, tried);
            let found = missing(&row, 2, despite);
            assert_eq!(found.is_some(), why.is_some(), "{found:?}, {why:?}");
            assert!(found.unwrap_or_default().contains(why.unwrap_or("")), "{why:?}");
        }
    }
}
