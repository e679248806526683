// What was changed, as a list of states that are never altered: going back is an index.

export const NOTHING = Object.freeze({ hints: [], look: "natural", saturation: 1, palette: [], seed: null });

export class History {
  constructor(start, changed) {
    this.states = [start];
    this.at = 0;
    this.changed = changed;
    this.passing = null; // while something is dragged: shown, and not yet a state
  }

  get state() {
    return this.passing ?? this.states[this.at];
  }

  // `passing`: the change goes on, as while dragging.
  change(parts, { passing = false } = {}) {
    const next = Object.freeze({ ...this.state, ...parts });
    if (passing) {
      this.passing = next;
    } else {
      this.passing = null;
      if (JSON.stringify(next) !== JSON.stringify(this.states[this.at])) {
        this.states = [...this.states.slice(0, this.at + 1), next];
        this.at++;
      }
    }
    this.changed();
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  go(step) {
    this.passing = null;
    this.at = Math.min(this.states.length - 1, Math.max(0, this.at + step));
    this.changed();
  }
}
