//! The way back: what an effect has to say goes to the machine as an input, unless the till is gone.

use std::rc::Rc;

use scantill_till::Input;

/// Gives inputs to the machine.
#[derive(Clone)]
pub(crate) struct Feed(Rc<dyn Fn(Input)>);

impl Feed {
    pub(crate) fn new(take: impl Fn(Input) + 'static) -> Self {
        Self(Rc::new(take))
    }

    pub(crate) fn send(&self, input: Input) {
        (self.0)(input);
    }
}
