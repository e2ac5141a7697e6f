// Says what is wrong if the till cannot. Every old browser must be able to read it: no newer syntax than ES5.
(function () {
  var NEEDS =
    "This browser cannot run the till: it needs Chrome or Edge 112, Safari 16.5 or Firefox 121, or a newer one, with WebAssembly allowed.";
  var said;

  function say(text) {
    document.getElementById("message").textContent = said = text;
  }

  function isRunning() {
    return document.getElementById("till").shadowRoot;
  }

  // The features of the till's styles are the newest that it needs, so a browser with these has the others too.
  function isTooOld() {
    try {
      return !(new CSSStyleSheet() && window.WebAssembly && CSS.supports("selector(:has(&))"));
    } catch (error) {
      return true;
    }
  }

  // A browser keeps the files that the page names for ever, also one that was damaged on its way: the next load of the page
  // needs it anew.
  function fetchAnew() {
    var parts = document.querySelectorAll("[integrity]");
    for (var index = 0; window.fetch && index < parts.length; index++) {
      fetch(parts[index].src || parts[index].href, { cache: "reload" }).catch(function () {});
    }
  }

  window.tillFailed = function (error) {
    if (window.console) {
      console.error(error);
    }
    if (isTooOld()) {
      say(NEEDS);
    } else if (error instanceof SyntaxError) {
      say(NEEDS + " If it is new enough, load this page again.");
    } else if (error && error.name === "BuildError") {
      say(error.message);
    } else {
      fetchAnew();
      say(
        "The till could not be loaded. Check the connection, then load this page again. If that does not help, its files are damaged: call support. No payment is lost by that."
      );
    }
  };

  if (isTooOld()) {
    say(NEEDS);
  }
  // A script that cannot be parsed, or, in the capture phase of the event, a script that cannot be fetched.
  window.addEventListener(
    "error",
    function (event) {
      if (!isRunning()) {
        window.tillFailed(event.error);
      }
    },
    true
  );
  setTimeout(function () {
    if (!said && !isRunning()) {
      say("The till is still loading. Check the connection, or load this page again.");
    }
  }, 15000);
})();
