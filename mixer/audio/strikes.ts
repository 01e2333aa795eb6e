/** Windows of 2.5 ms that are looked back at: 12.5 ms hold a pulse of every voice above 80 Hz. */
const BACK = 5;
/** What is so much stronger than all of these was struck: 6 dB. A vowel's next pulse is never. */
const JUMP = 4;
/** How long a blow itself lasts: 10 ms, in windows. */
const LASTS = 4;
/** What rings wavers by so much as it fades: 1 dB. */
const MARGIN = 1.25;
/** Slower than keys, cups and floors fade, 1.5 dB in 20 ms; of one window. */
const FADE = 10 ** (-1.5 / 80);

/**
 * Tells what rings on after a blow from a voice: after it a voice stays as strong or grows, and what rings only fades.
 * It is given the energies of windows of 2.5 ms, 8 a tick, in any unit.
 */
export class Strikes {
  /** Whether this tick has more than what its last blow left ringing. */
  outlasted = false;
  /** Whether there was a blow in this tick. */
  struck = false;
  readonly #recent = new Float64Array(BACK);
  #at = 0;
  #striking = 0;
  /** No more than this is expected of what rings. */
  #ringing = 0;

  begin(): void {
    this.outlasted = false;
    this.struck = false;
  }

  take(energy: number): void {
    const before = this.#strongest();
    this.#recent[this.#at] = energy;
    this.#at = (this.#at + 1) % BACK;
    this.#ringing *= FADE;
    if (energy > JUMP * before && energy > this.#ringing) {
      this.#striking = LASTS;
      this.struck = true;
    }
    if (this.#striking === 0) {
      if (energy > this.#ringing) this.outlasted = true;
      return;
    }
    this.#striking--;
    this.#ringing = Math.max(this.#ringing, energy * MARGIN);
  }

  /** Quiet: nothing rings any more. What was looked back at stays, or a room that is faintly heard would be all blows. */
  reset(): void {
    this.begin();
    this.#striking = 0;
    this.#ringing = 0;
  }

  #strongest(): number {
    let most = 0;
    for (let i = 0; i < BACK; i++)
      if (this.#recent[i]! > most) most = this.#recent[i]!;
    return most;
  }
}
