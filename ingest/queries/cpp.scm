; Definitions
(template_declaration) @outer
(function_definition declarator: (function_declarator declarator: [(identifier) (field_identifier) (qualified_identifier) (destructor_name) (operator_name)] @name)) @function
(function_definition declarator: [
  (pointer_declarator declarator: (function_declarator declarator: [(identifier) (field_identifier) (qualified_identifier)] @name))
  (reference_declarator (function_declarator declarator: [(identifier) (field_identifier) (qualified_identifier) (operator_name)] @name))]) @function
(field_declaration declarator: (function_declarator declarator: (field_identifier) @name)) @method
(class_specifier name: (type_identifier) @name body: (_)) @class
(struct_specifier name: (type_identifier) @name body: (_)) @struct
(union_specifier name: (type_identifier) @name body: (_)) @struct
(enum_specifier name: (type_identifier) @name body: (_)) @enum
(namespace_definition name: (_) @name) @module
(alias_declaration name: (type_identifier) @name) @type
(type_definition declarator: (type_identifier) @name) @type
(preproc_function_def name: (identifier) @name) @macro

; References
(call_expression function: [
  (identifier) @ref
  (field_expression field: (field_identifier) @ref)
  (qualified_identifier name: (identifier) @ref)
  (qualified_identifier name: (qualified_identifier name: (identifier) @ref))
  (template_function name: (identifier) @ref)])
(new_expression type: (type_identifier) @ref)
(base_class_clause [(type_identifier) @ref (qualified_identifier name: (type_identifier) @ref)])
(parameter_declaration type: [(type_identifier) @ref (qualified_identifier name: (type_identifier) @ref)])
(declaration type: [(type_identifier) @ref (qualified_identifier name: (type_identifier) @ref)])
(field_declaration type: [(type_identifier) @ref (qualified_identifier name: (type_identifier) @ref)])
(function_definition type: [(type_identifier) @ref (qualified_identifier name: (type_identifier) @ref)])
(type_descriptor type: (type_identifier) @ref)
(argument_list (identifier) @ref)
