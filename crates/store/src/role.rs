//! Roles.
use crate::tx::Tx;
use carillon_model::error::Result;
impl Tx<'_> {
    pub(crate) fn load_roles(&mut self) -> Result<()> {
        Ok(())
    }
}
