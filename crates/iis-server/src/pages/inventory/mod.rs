//! Vaccine on hand: the lots of the site for which somebody acts, what comes, and what did not come out.

pub(super) mod missed;
pub(super) mod on_hand;
pub(super) mod receive;

use super::frame::Frame;
use super::sites;
use super::visitor::Visitor;

/// The frame of a page about the inventory.
fn frame(visitor: &Visitor, title: &str) -> Frame {
    let frame = visitor.frame("/inventory").titled(title).helped_by("inventory");
    if title == ON_HAND {
        frame
    } else {
        frame.below(ON_HAND, &sites::carried(visitor, "/inventory".to_owned()))
    }
}

const ON_HAND: &str = "Vaccine on hand";
