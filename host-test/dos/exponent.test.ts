// The helper must tell linear from quadratic work, or no test that uses it means anything.
import { describe, expect, test } from "vitest";
import { expectGrowth, growth, slope } from "./exponent.ts";

let sink = 0;

function linear(size: number): () => void {
  const bytes = new Uint8Array(size).fill(1);
  return () => {
    for (let i = 0; i < bytes.length; i++) sink = (sink + bytes[i]) | 0;
  };
}

function quadratic(size: number): () => void {
  const bytes = new Uint8Array(size).fill(1);
  return () => {
    for (let i = 0; i < bytes.length; i++)
      for (let j = 0; j < bytes.length; j++) sink = (sink + bytes[j]) | 0;
  };
}

describe("growth exponent", () => {
  test("is the slope of exact points", () => {
    const points = [1, 2, 4, 8].map((size) => ({ size, timeMs: 3 * size ** 1.5 }));
    expect(slope(points)).toBeCloseTo(1.5, 9);
  });

  test("accepts linear work", () => {
    expect(expectGrowth(linear).exponent).toBeGreaterThan(0.7);
  });

  test("refuses quadratic work", () => {
    const sizes = [256, 512, 1024, 2048];
    expect(growth(quadratic, { sizes }).exponent).toBeGreaterThan(1.6);
    expect(() => expectGrowth(quadratic, 1.1, { sizes, attempts: 2 })).toThrow(/growth exponent/);
  });
});
