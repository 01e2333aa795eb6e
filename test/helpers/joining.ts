/** People who come into a call and wait until they hear each other. */
import type { Conference, Person } from "./conference.js";

/** Red and green. */
export const joinTwo = async (call: Conference): Promise<[Person, Person]> => {
  const people = await Promise.all([call.join("red"), call.join("green")]);
  const [red, green] = people;
  await Promise.all([red.hears(["green"]), green.hears(["red"])]);
  return people;
};

/** Red, green and blue. */
export const joinThree = async (
  call: Conference,
): Promise<[Person, Person, Person]> => {
  const people = await Promise.all([
    call.join("red"),
    call.join("green"),
    call.join("blue"),
  ]);
  const [red, green, blue] = people;
  await Promise.all([
    red.hears(["green", "blue"]),
    green.hears(["red", "blue"]),
    blue.hears(["red", "green"]),
  ]);
  return people;
};
