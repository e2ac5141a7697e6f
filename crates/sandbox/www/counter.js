// A till and the payer's phone on one page. The phone can be held under the scanner: its code then comes to the till
// key by key, as from a scanner that acts as a keyboard.

// A scanner types faster than any hand.
const KEY_EVERY_MS = 8;
const part = (id) => document.getElementById(id);

let mounted = false;
let scanning = false;

/** The phone tells where the till is, and its code when it is held under the scanner. */
addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== part("phone").contentWindow) return;
  if ("till" in data) open(data.till);
  if (data.held) scan(data.held);
});

async function open(till) {
  if (mounted) return;
  mounted = true;
  if (!till) {
    tell("This sandbox knows no till. `cargo xtask demo` starts both; or start the sandbox with `--till-url`.");
    return;
  }
  try {
    const { default: init, mount } = await import(new URL("pkg/scantill.js", till));
    await init();
    part("trouble").remove();
    part("till").addEventListener("scantill:state", ({ detail }) => guide(detail.state));
    mount(part("till"), { proxy: till });
  } catch {
    tell(`The till at ${till} did not load. Is the proxy running? Then load this page again.`);
  }
}

function tell(words) {
  const trouble = part("trouble") ?? part("till").appendChild(document.createElement("p"));
  trouble.id = "trouble";
  trouble.textContent = words;
}

/** Marks the step that comes next. */
function guide(state) {
  const step = { ready: "step-amount", scanning: "step-hold", pending: "step-confirm" }[state];
  for (const item of document.querySelectorAll("li")) item.toggleAttribute("aria-current", item.id === step);
}

async function scan(code) {
  if (scanning) return;
  scanning = true;
  const pocket = document.querySelector(".pocket");
  pocket.classList.add("held");
  // The keys of a scanner go to the page that is in front, and the phone's own page was touched last.
  part("phone").blur();
  window.focus();
  for (const key of [...code, "Enter"]) {
    press(key);
    await new Promise((done) => setTimeout(done, KEY_EVERY_MS));
  }
  setTimeout(() => pocket.classList.remove("held"), 450);
  scanning = false;
}

function press(key) {
  const code = key === "Enter" ? key : `Digit${key}`;
  const to = document.activeElement ?? document.body;
  for (const kind of ["keydown", "keyup"]) {
    to.dispatchEvent(new KeyboardEvent(kind, { key, code, bubbles: true, composed: true, cancelable: true }));
  }
}
