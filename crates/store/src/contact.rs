//! Members and departments.
use carillon_model::error::Result;
use crate::tx::Tx;
impl Tx<'_> {
    pub(crate) fn load_contacts(&mut self) -> Result<()> { Ok(()) }
}
