//! The order of a module's functions. Brotli compresses a function better after a similar one, so each
//! function is followed by the one that shares most with it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// The unit of comparison: so many bytes in a row.
const PIECE_BYTES: usize = 5;

/// The module with its functions in another order.
pub(crate) fn by_likeness(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut places = vec![0; order.len()];
    for (place, function) in (0..).zip(&order) {
        places[*function] = place;
    }
    let mut module = Module::new();
    let mut sorter = Sorter { imported, order, places };
    let outcome = sorter.parse_core_module(&mut module, Parser::new(0), wasm);
    outcome.context("the module's functions cannot be sorted")?;
    Ok(module.finish())
}

/// Begins with the longest function. Each next one is the remaining function that shares most with the last.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> =
        bodies.iter().map(|body| body.windows(PIECE_BYTES).collect()).collect();
    let mut having = BTreeMap::<&[u8], Vec<usize>>::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            having.entry(piece).or_default().push(function);
        }
    }
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut next = left.iter().copied().max_by_key(|function| bodies[*function].len());
    let mut order = Vec::with_capacity(bodies.len());
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut shared = vec![0; bodies.len()];
        for other in pieces[function].iter().filter_map(|piece| having.get(piece)).flatten() {
            shared[*other] += 1;
        }
        // Thousandths of the pieces that either function has.
        let likeness = |other: usize| {
            let either = pieces[function].len() + pieces[other].len() - shared[other];
            1_000_000 * shared[other] / either.max(1)
        };
        next = left.iter().copied().min_by_key(|other| (std::cmp::Reverse(likeness(*other)), *other));
    }
    order
}

struct Sorter {
    imported: u32,
    order: Vec<usize>,
    /// The new index of each function, without the imports.
    places: Vec<u32>,
}

impl Reencode for Sorter {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let own = function.checked_sub(self.imported).and_then(|own| self.places.get(own as usize));
        Ok(own.map_or(function, |place| self.imported + place))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for function in &self.order {
            functions.function(types[*function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies: Vec<_> = section.into_iter().collect::<Result<_, _>>()?;
        for function in self.order.clone() {
            self.parse_function_body(code, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{ExportKind, ExportSection, Function, Instruction, TypeSection, ValType};
    use wasmparser::{ExternalKind, Operator};

    /// A module whose functions return these constants, each exported by its own number. The last calls the
    /// first.
    fn module(functions: &[&[i32]]) -> Vec<u8> {
        let (mut types, mut exports) = (TypeSection::new(), ExportSection::new());
        let (mut kinds, mut code) = (FunctionSection::new(), CodeSection::new());
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        for (index, constants) in (0..).zip(functions) {
            let last = index + 1 == u32::try_from(functions.len()).unwrap();
            kinds.function(u32::from(last));
            exports.export(&index.to_string(), ExportKind::Func, index);
            let mut function = Function::new([]);
            for constant in *constants {
                function.instruction(&Instruction::I32Const(*constant)).instruction(&Instruction::Drop);
            }
            if last {
                function.instruction(&Instruction::Call(0)).instruction(&Instruction::I32Const(0));
            }
            function.instruction(&Instruction::End);
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&kinds).section(&exports).section(&code);
        module.finish()
    }

    /// For each export: the function's place, its type, its first constant and the function that it calls.
    fn read(wasm: &[u8]) -> BTreeMap<String, (u32, u32, i32, Option<u32>)> {
        let (mut exports, mut types, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exports = section.into_iter().map(Result::unwrap).collect();
                }
                Payload::FunctionSection(section) => {
                    types = section.into_iter().map(Result::unwrap).collect();
                }
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().unwrap().into_iter().map(Result::unwrap);
                    let operators: Vec<Operator<'_>> = operators.collect();
                    let first = operators.iter().find_map(|operator| match operator {
                        Operator::I32Const { value } => Some(*value),
                        _ => None,
                    });
                    let called = operators.iter().find_map(|operator| match operator {
                        Operator::Call { function_index } => Some(*function_index),
                        _ => None,
                    });
                    bodies.push((first.unwrap(), called));
                }
                _ => {}
            }
        }
        let read = exports.into_iter().filter(|export| export.kind == ExternalKind::Func).map(|export| {
            let (first, called) = bodies[export.index as usize];
            (export.name.to_owned(), (export.index, types[export.index as usize], first, called))
        });
        read.collect()
    }

    #[test]
    fn like_functions_stand_together_and_are_called_as_before() {
        let wasm = module(&[&[1, 2, 3, 4], &[70, 71, 72, 73, 74, 75], &[1, 2, 3, 5], &[70, 71, 72, 76]]);
        let sorted = read(&by_likeness(&wasm).unwrap());
        let places = ["0", "1", "2", "3"].map(|name| sorted[name].0);
        assert_eq!(places, [2, 0, 3, 1]);
        assert_eq!(sorted["0"], (2, 0, 1, None));
        assert_eq!(sorted["3"], (1, 1, 70, Some(2)), "its type, and the call of the first");
    }

    #[test]
    fn the_same_module_is_sorted_in_the_same_way() {
        let wasm = module(&[&[1, 2], &[1, 2], &[1, 2], &[9]]);
        assert_eq!(by_likeness(&wasm).unwrap(), by_likeness(&wasm).unwrap());
    }
}
