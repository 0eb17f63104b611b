//! Roles.
use carillon_model::error::Result;
use crate::tx::Tx;
impl Tx<'_> {
    pub(crate) fn load_roles(&mut self) -> Result<()> { Ok(()) }
}
