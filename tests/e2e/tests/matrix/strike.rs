//! One cell: the till comes into the state, the event strikes, and what is seen is held against what is true.

use anyhow::{Result, ensure};

use crate::event::Event;
use crate::judge;
use crate::reach::reach;
use crate::stage::Stage;
use crate::state::State;

/// Plays one cell and tells all that is wrong with it at once.
pub(crate) async fn strike(row: State, event: Event) -> Result<()> {
    let mut stage = Stage::set(row, event).await?;
    reach(&stage).await?;
    event.strike(&mut stage).await?;
    stage.world.faults.lift();
    judge::judge(&mut stage, event).await?;
    ensure!(stage.findings.is_empty(), "{row:?}, {event:?}: {}", stage.findings.join("; "));
    stage.world.close();
    Ok(())
}
