//! What is known of a request.

use crate::requests::types::UserKind;
use iis_model::organization::SiteKind;

/// A license, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum License {
    /// None was given.
    None,
    /// Given, and of a kind with which nobody looks patients up.
    OfAnotherKind,
    /// Given, not looked at.
    Given,
    /// Verified by the Help Desk.
    Verified,
}

/// Whether the applicant stands on the staff list of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// No.
    No,
    /// By address and name, or by license.
    Yes,
}

/// Whether there is an account of the applicant's name and license under another address than the request's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByLicense {
    /// There is none.
    Nobody,
    /// There is, and it is not known whose: nobody decides before (decision 0061).
    Unanswered,
    /// There is, and the Help Desk found out that it is somebody else's.
    SomebodyElse,
}

/// The site that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Site {
    /// Its name.
    pub name: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Whether it is enrolled.
    pub is_enrolled: bool,
    /// Whether it takes part in a vaccine program.
    pub is_program: bool,
    /// Whether it keeps a staff list: it takes part in a vaccine program, or has a coordinator all the same.
    pub keeps_list: bool,
    /// Whether somebody else is its primary coordinator.
    pub has_other_primary: bool,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// Whether the address for mail is confirmed.
    pub is_confirmed: bool,
    /// Whether the address is that of somebody with another name.
    pub is_named_otherwise: bool,
    /// Whether a staff list of the organization has the applicant, who has no account, under another address.
    pub is_listed_elsewhere: bool,
    /// Titles of required courses without a completion, the General User Course first.
    pub missing_courses: Vec<Box<str>>,
    /// General or school user.
    pub user_kind: UserKind,
    /// Whether the applicant vaccinates.
    pub vaccinates: bool,
    /// The role's name.
    pub role: Box<str>,
    /// Whether the role may be asked for on the public form at all.
    pub is_offered: bool,
    /// The site, where one of that name is known.
    pub site: Option<Site>,
    /// Whether a site administrator was named.
    pub names_administrator: bool,
    /// Whether the request was sent in: a draft tells nobody who administers.
    pub was_sent_in: bool,
    /// Whether that is one whom the site has on record.
    pub has_administrator: bool,
    /// Whether the applicant is on the site's staff list.
    pub listed: Listed,
    /// Whether the applicant is on the staff list of any site of a vaccine program.
    pub works_at_program_site: bool,
    /// The license.
    pub license: License,
    /// Whether the jurisdiction that was named is one of the registry's.
    pub knows_jurisdiction: bool,
    /// Whether the Help Desk verified that the office answers for it.
    pub is_jurisdiction_verified: bool,
    /// Whether the Help Desk decides after asking the organization: about a first site administrator, and about the only one whose
    /// address was moved lately; known of a request that was sent in, since it is nobody's business before.
    pub asks_organization: bool,
    /// Whether the account that would get the role is closed by staff, or since nobody confirmed its owner; known of a request that
    /// was sent in.
    pub is_account_closed: bool,
    /// Whether the Help Desk asked the organization if the applicant is to be its site administrator.
    pub is_administrator_verified: bool,
    /// Whether there is an account of the applicant's name and license under another address than the request's.
    pub by_license: ByLicense,
}
