// What line coverage is tried on: a branch that its test takes, one that it does not, and a function that nobody calls.

export function pick(n: i32): i32 {
  if (n > 0) {
    return 1;
  }
  return taken(n);
}

function taken(n: i32): i32 {
  if (n < -100) {
    return 3;
  }
  return 2;
}

function neverCalled(n: i32): i32 {
  return n + 4;
}

class Unused {
  value: i32 = 0;

  twice(): i32 {
    return this.value * 2;
  }
}
