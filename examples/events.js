"use strict";

const arrived = document.getElementById("arrived");
const state = document.getElementById("state");
const source = new EventSource(arrived.dataset.source);

source.addEventListener("open", () => {
  state.textContent = "Connected.";
});

source.addEventListener("flake", (event) => {
  const item = document.createElement("li");
  const when = document.createElement("time");
  when.textContent = new Date().toLocaleTimeString();
  item.append(`${event.data} `, when);
  arrived.append(item);
});

source.addEventListener("error", () => {
  const over = source.readyState === EventSource.CLOSED;
  state.textContent = over ? "All of them are here." : "The stream ended: connecting again.";
});
