import { useEffect } from 'react';
import './glossary.css';
import { anchorOf, terms, termsByName } from './terms.ts';

/** Every term with its explanation. An address that ends with a term's anchor shows it, though the page is drawn later than it was opened. */
export function Glossary() {
  useEffect(() => {
    const wanted = location.hash.slice(1);
    if (wanted.startsWith('term-')) document.getElementById(wanted)?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <dl className="glossary">
      {termsByName.map((id) => (
        <div key={id} id={anchorOf(id)}>
          <dt>{terms[id].name}</dt>
          <dd>{terms[id].text}</dd>
        </div>
      ))}
    </dl>
  );
}
