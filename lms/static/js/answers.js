// Answers and the fields of templates/components/question.html: read from them, and put back into them.
// lms/quizzes/rules/forms.py does the same on the server for forms that are sent without script.

const fieldsOf = (question) => new FormData(question.closest('form'));

function given(data, prefix) {
  const values = {};
  for (const [name, value] of data) if (name.startsWith(prefix) && value) values[name.slice(prefix.length)] = value;
  return values;
}

/** The answer in the shape of the question's type; {} where nothing is chosen of one choice. */
export function read(question, data = fieldsOf(question)) {
  const prefix = question.dataset.prefix;
  const value = (name) => data.get(prefix + name) ?? '';
  switch (question.dataset.type) {
    case 'single_choice':
    case 'true_false': return value('choice') ? { choice: value('choice') } : {};
    case 'multiple_choice': return { choices: data.getAll(`${prefix}choices`) };
    case 'numeric': return { number: value('number'), ...(value('unit') && { unit: value('unit') }) };
    case 'short_text': return { text: value('text') };
    case 'matching': return { pairs: given(data, `${prefix}pair.`) };
    case 'gaps': return { gaps: given(data, `${prefix}gap.`) };
    case 'ordering': {
      const places = Object.entries(given(data, `${prefix}order.`));
      return { order: places.sort((a, b) => a[1] - b[1]).map(([id]) => id) };
    }
    case 'parts': {
      const parts = {};
      for (const part of question.querySelectorAll('[data-question]')) {
        const answer = read(part, data);
        if (!isBlank(answer)) parts[part.dataset.prefix.slice(`${prefix}part.`.length, -1)] = answer;
      }
      return { parts };
    }
  }
  return {};
}

/** Put an answer into the fields; what it does not name is emptied. */
export function fill(question, answer) {
  const prefix = question.dataset.prefix;
  const held = answer ?? {};
  for (const field of question.querySelectorAll('input, select')) {
    const name = field.name.slice(prefix.length);
    const [kind, id] = name.split('.');
    if (kind === 'part') continue;
    if (kind === 'choice') field.checked = held.choice === field.value;
    else if (kind === 'choices') field.checked = (held.choices ?? []).includes(field.value);
    else if (kind === 'pair') field.value = held.pairs?.[id] ?? '';
    else if (kind === 'gap') field.value = held.gaps?.[id] ?? '';
    else if (kind === 'order') field.value = String((held.order ?? []).indexOf(id) + 1 || '');
    else field.value = held[kind] ?? '';
  }
  for (const part of question.querySelectorAll('[data-question]')) {
    fill(part, held.parts?.[part.dataset.prefix.slice(`${prefix}part.`.length, -1)]);
  }
}

/** Does a field differ from what the server sent? Somebody may have typed before the script was there. */
export function isTouched(question) {
  return [...question.querySelectorAll('input, select')].some((field) => {
    if (field.matches('select')) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    if (field.matches('[type=radio], [type=checkbox]')) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  });
}

const isEmpty = (value) => !value || (typeof value === 'object' && Object.values(value).every(isEmpty));

/** Nothing is said by this answer: no choice, no text, no part. */
export function isBlank(answer) {
  return !answer || Object.entries(answer).every(([name, value]) => name === 'unit' || isEmpty(value));
}
