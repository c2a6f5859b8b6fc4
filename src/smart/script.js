// The button that prints: without a script there is none, and the browser's own menu does the same.
"use strict";
{
  const print = document.querySelector("#print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
}
