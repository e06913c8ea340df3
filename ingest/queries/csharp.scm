; Definitions
(class_declaration name: (identifier) @name) @class
(record_declaration name: (identifier) @name) @class
(struct_declaration name: (identifier) @name) @struct
(interface_declaration name: (identifier) @name) @interface
(enum_declaration name: (identifier) @name) @enum
(delegate_declaration name: (identifier) @name) @type
(namespace_declaration name: (_) @name) @module
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name) @constructor
(property_declaration name: (identifier) @name) @property
(local_function_statement name: (identifier) @name) @function

; References
(invocation_expression function: [
  (identifier) @ref
  (generic_name (identifier) @ref)
  (member_access_expression name: [(identifier) @ref (generic_name (identifier) @ref)])])
(object_creation_expression type: [(identifier) @ref (generic_name (identifier) @ref) (qualified_name name: (identifier) @ref)])
(base_list [(identifier) @ref (generic_name (identifier) @ref)])
(parameter type: [(identifier) @ref (generic_name (identifier) @ref)])
(variable_declaration type: [(identifier) @ref (generic_name (identifier) @ref)])
(property_declaration type: [(identifier) @ref (generic_name (identifier) @ref)])
(method_declaration returns: [(identifier) @ref (generic_name (identifier) @ref)])
(type_argument_list (identifier) @ref)
(attribute name: (identifier) @ref)
