//! Sites that are called as an enrollment calls its own: for whoever reviews it, who sees two names and cannot tell them apart.

use super::Enrollment;
use crate::sites::namesakes;
use crate::{Context, Failure};
use iis_store::organization;

/// A site of the same name, by its letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    /// Its code.
    pub code: Box<str>,
    /// Its name.
    pub site: Box<str>,
    /// The name of its organization.
    pub organization: Box<str>,
}

/// The sites of the name that an enrollment has written, its own left out.
pub async fn sites_of_same_name(cx: &Context, case: &Enrollment) -> Result<Vec<Namesake>, Failure> {
    let (name, own) = (case.body.site.clone(), case.site_id);
    let read = cx.store.read(move |tx| {
        let mut found = Vec::new();
        for row in namesakes(tx, &name)?.into_iter().filter(|row| Some(row.site.id) != own) {
            let owner = organization::get(tx, row.site.organization_id)?;
            let organization = owner.map(|row| row.name).unwrap_or_default();
            found.push(Namesake { code: row.site.code, site: row.site.name, organization });
        }
        Ok(found)
    });
    Ok(read.await?)
}
