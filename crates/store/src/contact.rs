//! Members and departments.
use crate::tx::Tx;
use carillon_model::error::Result;
impl Tx<'_> {
    pub(crate) fn load_contacts(&mut self) -> Result<()> {
        Ok(())
    }
}
