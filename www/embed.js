// An example of a page with a till. Each order has a reference, so that a checkout repeated after a reload finds its
// payment. The page can abort a checkout, and shows the state of the till.
import init, { mount } from "./pkg/scantill.js";

await init();
// The folder of this page: a server in front of the proxy may give it a path.
const proxy = new URL(".", import.meta.url).href;

for (const side of ["left", "right"]) {
  const part = (name) => document.getElementById(`${name}-${side}`);
  const newOrder = () => {
    part("reference").value = sessionStorage[side] = `${side}-${Date.now()}`;
  };
  const show = (outcome) => {
    part("outcome").textContent = JSON.stringify(outcome, null, 2);
  };

  part("till").addEventListener("scantill:state", ({ detail }) => {
    part("state").textContent = detail.online ? detail.state : `${detail.state}, offline`;
  });
  const till = mount(part("till"), { device: side, proxy });
  if (sessionStorage[side]) {
    part("reference").value = sessionStorage[side];
  } else {
    newOrder();
  }

  part("order").addEventListener("submit", async (event) => {
    event.preventDefault();
    const order = { amount: Number(part("amount").value), reference: part("reference").value };
    const ending = new AbortController();
    const end = () => ending.abort();
    part("end").addEventListener("click", end);
    part("outcome").textContent = "";
    try {
      const outcome = await till.checkout(order, { signal: ending.signal });
      show(outcome);
      // Only this means that the goods may be handed over.
      if (outcome.status === "paid") {
        newOrder();
      }
    } catch (error) {
      show({ error: error.code ?? error.name, message: error.message });
    } finally {
      part("end").removeEventListener("click", end);
    }
  });
}
