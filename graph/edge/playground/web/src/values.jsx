import { seconds } from './report.js';

// Values are where the values of each binding came from.
export function Values({ values }) {
  if (values.length === 0) return null;
  return (
    <section aria-label="Values">
      <h3>Where values came from</h3>
      <table className="weft-table weft-values">
        <thead>
          <tr>
            <th scope="col">Binding</th>
            <th scope="col" className="weft-number">Values</th>
            <th scope="col">From</th>
            <th scope="col" className="weft-number">Age</th>
          </tr>
        </thead>
        <tbody>
          {values.map(({ binding, from, count, age }) => (
            <tr key={`${binding} ${from}`}>
              <td><code>{binding}</code></td>
              <td className="weft-number">{count}</td>
              <td><span className={`weft-tag weft-from-${from}`}>{from || '–'}</span></td>
              <td className="weft-number">{seconds(age)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
