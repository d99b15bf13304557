//! placeholder
#[derive(Debug)]
pub struct Overlay;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct OverlayFailure;
impl Overlay { pub fn apply(&self, _r: &mut crate::supporting::model::Release) -> Result<(), OverlayFailure> { Ok(()) } pub fn label(&self) -> String { String::new() } }
