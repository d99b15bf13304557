//! The site a message is about: MSH-22, else MSH-4, else the sender's default.
//!
//! The credential is the sender. What the message names must be a site that it may submit for
//! (design page `decisions`, section 3, *sender*).

use super::findings::{SITE_NOT_ALLOWED, SITE_UNKNOWN_DEFAULT_USED};
use iis_model::organization::{Sender, Site};
use iis_model::{Finding, Header, SiteId};

/// Finds the responsible site. Where both fields name one, the organization (MSH-22) counts, and both must be allowed.
pub(super) fn site(header: &Header, sender: &Sender) -> (SiteId, Option<Finding>) {
    let mut responsible = sender.default_site_id;
    let mut finding = None;
    for named in [&header.sending_facility, &header.responsible_organization] {
        let Some(code) = named.get() else { continue };
        match allowed(sender, code) {
            Some(site) => responsible = site.id,
            None if sender.profile.accept_unknown_sites => {
                finding = finding.or(Some(SITE_UNKNOWN_DEFAULT_USED.at(named.place)));
            }
            None => return (responsible, Some(SITE_NOT_ALLOWED.at(named.place))),
        }
    }
    (responsible, finding)
}

fn allowed<'a>(sender: &'a Sender, code: &str) -> Option<&'a Site> {
    sender.sites.iter().find(|site| site.code.eq_ignore_ascii_case(code.trim()))
}

#[cfg(test)]
mod tests {
    use super::site;
    use iis_model::organization::{Sender, SenderProfile, Site, SiteKind};
    use iis_model::{Effect, Given, Header, OrganizationId, SenderId, SiteId};

    fn sender(accept_unknown_sites: bool) -> Sender {
        let site = |id, code: &str| Site {
            id: SiteId(id),
            organization_id: OrganizationId(1),
            code: code.into(),
            name: code.into(),
            pin: None,
            kind: SiteKind::Clinic,
        };
        Sender {
            id: SenderId(1),
            organization_id: OrganizationId(1),
            name: "test".into(),
            default_site_id: SiteId(1),
            sites: vec![site(1, "NORTH"), site(2, "SOUTH")],
            profile: SenderProfile { accept_unknown_sites, ..SenderProfile::default() },
        }
    }

    #[test]
    fn only_allowed_sites_are_taken() {
        let text = |text: &str| if text.is_empty() { Given::default() } else { Given::of(Box::from(text)) };
        #[rustfmt::skip]
        let table = [
            // MSH-4    MSH-22   tolerant  site  effect of the finding
            ("",       "",      false,    1,    None),
            ("south",  "",      false,    2,    None),
            ("NORTH",  "SOUTH", false,    2,    None),
            ("EAST",   "",      false,    1,    Some(Effect::MessageRefused)),
            ("SOUTH",  "EAST",  false,    2,    Some(Effect::MessageRefused)),
            ("EAST",   "",      true,     1,    Some(Effect::Noted)),
            ("SOUTH",  "EAST",  true,     2,    Some(Effect::Noted)),
        ];
        for (facility, organization, tolerant, expected, effect) in table {
            let header = Header {
                sending_facility: text(facility),
                responsible_organization: text(organization),
                ..Header::default()
            };
            let (found, finding) = site(&header, &sender(tolerant));
            assert_eq!(
                (found, finding.map(|f| f.effect)),
                (SiteId(expected), effect),
                "{facility} {organization}"
            );
        }
    }
}
