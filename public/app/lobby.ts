import { cloneTemplate, showScreen } from "./dom.js";
import { loadPreferences, savePreferences } from "./preferences.js";
import { roomId, suggestRoom } from "./rooms.js";

/** The start page: a room and a name, and on to the room's own page. */
export const showLobby = (): void => {
  const parts = cloneTemplate("lobby");
  const room = parts.get("room", HTMLInputElement);
  const name = parts.get("name", HTMLInputElement);
  const problem = parts.text("problem");
  name.value = loadPreferences().name;

  const go = (): void => {
    const id = roomId(room.value);
    problem.hidden = id !== "";
    if (id === "") {
      problem.textContent =
        room.value.trim() === ""
          ? "Give the room a name, or have one made up."
          : "A room's name needs at least one letter from a to z or a digit.";
      room.focus();
      return;
    }
    savePreferences({ name: name.value.trim() });
    location.assign(`/r/${id}`);
  };
  parts.get("form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    go();
  };
  parts.button("suggest").onclick = () => {
    room.value = suggestRoom(Math.random);
    problem.hidden = true;
    name.focus();
  };
  showScreen(parts);
  room.focus();
};
