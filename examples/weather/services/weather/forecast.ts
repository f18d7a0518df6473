/** One day, with the names and the formula of the .NET web API template. */
export interface Forecast {
  /** `2026-11-25` */
  readonly date: string;
  readonly temperatureC: number;
  readonly temperatureF: number;
  readonly summary: string;
}

const summaries = ['Freezing', 'Bracing', 'Chilly', 'Cool', 'Mild', 'Warm', 'Balmy', 'Hot', 'Sweltering', 'Scorching'] as const;
const days = 5;
const coldest = -20;
/** Not reached. */
const warmest = 55;
const millisecondsOfDay = 86_400_000;

/** The five days after `today`. `random` answers numbers from 0 up to, but not including, 1. */
export function forecast(today: Date, random: () => number): readonly Forecast[] {
  return Array.from({ length: days }, (_, index) => {
    const temperatureC = coldest + Math.floor(random() * (warmest - coldest));
    return {
      date: new Date(today.getTime() + (index + 1) * millisecondsOfDay).toISOString().slice(0, 10),
      temperatureC,
      temperatureF: toFahrenheit(temperatureC),
      summary: summaries[Math.floor(random() * summaries.length)] ?? summaries[0],
    };
  });
}

/** As the template computes it, cut off towards zero. */
export function toFahrenheit(celsius: number): number {
  return 32 + Math.trunc(celsius / 0.5556);
}
