import init, { mount } from "./pkg/scantill.js";

await init();

for (const side of ["left", "right"]) {
  const till = mount(document.getElementById(`till-${side}`), { device: side });
  const outcome = document.getElementById(`outcome-${side}`);
  document.getElementById(`order-${side}`).addEventListener("submit", async (event) => {
    event.preventDefault();
    const amount = Number(document.getElementById(`amount-${side}`).value);
    try {
      outcome.textContent = "";
      outcome.textContent = JSON.stringify(await till.checkout({ amount }), null, 2);
    } catch (error) {
      outcome.textContent = JSON.stringify({ error: error.code ?? "unexpected", message: error.message }, null, 2);
    }
  });
}
